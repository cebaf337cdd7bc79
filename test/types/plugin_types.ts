/** What a plugin's author may write, and what does not compile. Checked by `npm run types`; nothing here is run. */
import * as v from "valibot";
import {
  BusinessPlugin,
  InfrastructurePlugin,
  MiddlewarePlugin,
  type PluginMetadata,
  type Principal,
  type Route,
  SecurityPlugin,
  type ServiceKey,
  serviceKey,
  versioned,
} from "backplane";
import { messageBus, type MessageBus } from "backplane/plugins/message_bus";
import { equal, type Equal } from "./equal.ts";

interface Weather {
  today(city: string): string;
}
const weather = serviceKey<Weather>("weather", "1.0.0");

interface Config {
  readonly city: string;
  readonly days: number;
}
const schema = v.strictObject({ city: v.string(), days: v.optional(v.number(), 1) });
const about = { name: "Forecast", version: "1.0.0", description: "Tells the weather" };

export class Forecast extends BusinessPlugin<Config> {
  static override readonly metadata: PluginMetadata<Config> = {
    ...about,
    requires: [weather, versioned(messageBus, "^1")],
    config: schema,
  };

  override initialize(): void {
    equal<Equal<typeof this.config, Config>>();
    equal<Equal<ReturnType<typeof this.weather>, Weather>>();
    equal<Equal<ReturnType<typeof this.bus>, MessageBus | undefined>>();
    // @ts-expect-error the key of the config is misspelt
    void this.config.town;
    // @ts-expect-error config is not to be changed
    this.config.city = "Oslo";
    // @ts-expect-error services are named by keys, not by strings
    this.requireService("weather");
    // @ts-expect-error the service has no such method
    this.weather().tomorrow("Oslo");
    // @ts-expect-error only the runtime sets a state
    this.state = "running";
  }

  weather() {
    return this.requireService(weather);
  }

  bus() {
    return this.optionalService(messageBus);
  }
}

export class Station extends InfrastructurePlugin {
  static override readonly metadata: PluginMetadata = { ...about, provides: [weather] };

  override start(): void {
    this.provideService(weather, { today: (city) => `sun in ${city}` });
    // @ts-expect-error the value is not what the key promises
    this.provideService(weather, { today: (city: number) => city });
    // @ts-expect-error nothing can release a number
    this.own(7);
  }
}

/** Metadata. */
export const wrongSchema: PluginMetadata<Config> = {
  ...about,
  // @ts-expect-error the schema's result is not the Config that the class is typed with
  config: v.strictObject({ city: v.number() }),
};
// @ts-expect-error the version is missing
export const noVersion: PluginMetadata = { name: "Forecast", description: "Tells the weather" };
// @ts-expect-error a priority is a number; bands by name stand in the manifest
export const wordPriority: PluginMetadata = { ...about, priority: "business" };
// @ts-expect-error the key is misspelt
export const misspelt: PluginMetadata = { ...about, require: [weather] };
// @ts-expect-error services are named by keys, not by strings
export const textRequirement: PluginMetadata = { ...about, requires: ["weather"] };

/** Keys. */
equal<Equal<typeof weather, ServiceKey<Weather>>>();
// @ts-expect-error a key needs the version of its contract
serviceKey<Weather>("weather");

/** The pipeline. */
// @ts-expect-error a security plugin implements handle()
export class NoHandle extends SecurityPlugin {}
export class Guarding extends MiddlewarePlugin {
  override guard(): Promise<void> {
    return Promise.resolve();
  }
  override async handle(...[context, next]: Parameters<MiddlewarePlugin["handle"]>): Promise<void> {
    equal<Equal<typeof context.var.principal, Principal | undefined>>();
    context.set("principal", { subject: "ada", permissions: ["notes:read"] });
    // @ts-expect-error there is no such variable
    context.set("user", "ada");
    // @ts-expect-error a principal has permissions
    context.set("principal", { subject: "ada" });
    await next();
  }
}

/** Routes. */
const handler: Route["handler"] = (context) => context.json({ peer: context.get("remoteAddress") ?? null });
export const routes: readonly Route[] = [
  { method: "GET", path: "/api/v1/weather", access: "public", handler },
  { method: "POST", path: "/api/v1/weather", access: "weather:write", handler },
  // @ts-expect-error access is misspelt
  { method: "GET", path: "/api/v1/weather", access: "pubic", handler },
  // @ts-expect-error there is no such method
  { method: "FETCH", path: "/api/v1/weather", access: "public", handler },
  // @ts-expect-error who may call it is never left open
  { method: "GET", path: "/api/v1/weather", handler },
  // @ts-expect-error a handler answers a Response
  { method: "GET", path: "/api/v1/weather", access: "public", handler: () => "sun" },
];
