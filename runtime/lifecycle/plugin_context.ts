import type { Attributor } from "../attribution.ts";
import type { Clock } from "../clock.ts";
import { type ServiceContainer, ServiceViews } from "../container.ts";
import { BackplaneError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { type LoadedPlugin, type PerConsumer, type PluginContext, type Resource } from "../plugin.ts";
import type { Scope } from "./scope.ts";
import { requiredKey, type ServiceKey, type ServiceRequirement } from "../service_key.ts";
import type { ServiceState } from "../state.ts";

/** What a run's context stands on; one object for all plugins. */
export interface ContextServices {
  readonly container: ServiceContainer;
  readonly clock: Clock;
  readonly attributor: Attributor;
  readonly logger: (plugin: string) => Logger;
}

/** The kernel's PluginContext: one run's view of the runtime, access checked against what the plugin declares. */
export class RunContext implements PluginContext<never> {
  readonly #loaded: LoadedPlugin;
  readonly #scope: Scope;
  readonly #services: ContextServices;
  readonly #standing: { readonly state: ServiceState };
  /** Made when it is first asked for a service. */
  #views: ServiceViews | undefined;
  #log: Logger | undefined;
  readonly enabled = true;

  /** @param standing asked each time for the state of now */
  constructor(
    loaded: LoadedPlugin,
    scope: Scope,
    services: ContextServices,
    standing: { readonly state: ServiceState },
  ) {
    this.#loaded = loaded;
    this.#scope = scope;
    this.#services = services;
    this.#standing = standing;
  }

  get name(): string {
    return this.#loaded.name;
  }
  get config(): never {
    return this.#loaded.config as never;
  }
  get state(): ServiceState {
    return this.#standing.state;
  }
  get log(): Logger {
    return (this.#log ??= this.#services.logger(this.name));
  }
  get signal(): AbortSignal {
    return this.#scope.signal;
  }
  get clock(): Clock {
    return this.#services.clock;
  }

  requireService<T>(key: ServiceKey<T>): T {
    this.#assertDeclared(key, "requires");
    const value = this.#find(key);
    if (value !== undefined) return value;
    throw new BackplaneError(
      "SERVICE_UNAVAILABLE",
      `Cannot use service "${key.name}" in plugin "${this.name}": nothing provides it now.`,
      { remedy: "Ask for services in initialize() or start(); they go when their provider stops." },
    );
  }

  optionalService<T>(key: ServiceKey<T>): T | undefined {
    this.#assertDeclared(key, "optional");
    return this.#find(key);
  }

  provideService<T>(key: ServiceKey<T>, value: T | PerConsumer<T>): void {
    const declared = this.#loaded.metadata.provides?.find((provided) => provided.name === key.name);
    if (declared === undefined) {
      throw new BackplaneError(
        "SERVICE_NOT_DECLARED_PROVIDED",
        `Cannot provide service "${key.name}": plugin "${this.name}" does not declare it.`,
        { remedy: `Add the key to metadata.provides of "${this.name}".` },
      );
    }
    this.#scope.offer(declared, value);
  }

  own<T extends Resource>(resource: T): T {
    return this.#scope.own(resource);
  }

  bind<Arguments extends unknown[], Result>(
    callback: (...values: Arguments) => Result,
  ): (...values: Arguments) => Result {
    return this.#services.attributor.bind(this.name, callback);
  }

  #find<T>(key: ServiceKey<T>): T | undefined {
    this.#views ??= new ServiceViews(this.#services.container, this);
    return this.#views.find(key);
  }

  #assertDeclared(key: ServiceKey<unknown>, list: "requires" | "optional"): void {
    if (this.#scope.closed) {
      throw new BackplaneError(
        "SERVICE_SCOPE_CLOSED",
        `Cannot use service "${key.name}": this run of plugin "${this.name}" has ended.`,
        { remedy: "Stop working when the plugin's signal aborts." },
      );
    }
    const { requires, optional } = this.#loaded.metadata;
    if (lists(list === "requires" ? requires : optional, key)) return;
    const other = lists(list === "requires" ? optional : requires, key);
    const call = list === "requires" ? "optionalService" : "requireService";
    throw new BackplaneError(
      "SERVICE_UNDECLARED",
      `Cannot use service "${key.name}" in plugin "${this.name}": it is not listed in metadata.${list}.`,
      { remedy: other ? `Call ${call}() instead.` : `Add the key to metadata.${list} of "${this.name}".` },
    );
  }
}

function lists(requirements: readonly ServiceRequirement[] | undefined, { name }: ServiceKey<unknown>): boolean {
  return requirements?.some((requirement) => requiredKey(requirement).name === name) === true;
}
