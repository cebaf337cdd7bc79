import type { StandardSchemaV1 } from "@standard-schema/spec";
import { bandPriorities, type PriorityBand } from "../schemas/priority_band.ts";
import type { Clock } from "./clock.ts";
import type { AdminRoute, GatewayHandler, Route } from "./contribution.ts";
import type { Logger } from "./logger.ts";
import type { ServiceKey, ServiceRequirement } from "./service_key.ts";
import type { ServiceState } from "./state.ts";

/** The named bands of start priority; any integer 0-1000 will do, smaller starts first. */
export const PluginPriority = Object.freeze({
  INFRASTRUCTURE: bandPriorities.infrastructure,
  SECURITY: bandPriorities.security,
  MIDDLEWARE: bandPriorities.middleware,
  BUSINESS: bandPriorities.business,
  INTEGRATION: bandPriorities.integration,
});

/** Which base class a plugin derives from: it decides the default band and the place in the HTTP pipeline. */
export type PluginKind = Exclude<PriorityBand, "integration">;

/** What is known about a plugin before anything is constructed. */
export interface PluginMetadata<Config = unknown> {
  /** For people; the plugin's name in the system is its key in the manifest. */
  readonly name: string;
  /** Semantic version of the plugin. */
  readonly version: string;
  readonly description: string;
  /** 0-1000, smaller starts first. Default: the band of the base class. The manifest may override it. */
  readonly priority?: number;
  /** Services without which this plugin cannot run. */
  readonly requires?: readonly ServiceRequirement[];
  /** Services it uses when there is an enabled provider. */
  readonly optional?: readonly ServiceRequirement[];
  /** Services it provides, each by the end of `start()`. */
  readonly provides?: readonly ServiceKey<unknown>[];
  /**
   * Any Standard Schema v1 that refuses unknown keys. Default: a plugin without settings. What it marks with JSON
   * Schema's `writeOnly: true` (in valibot: `v.metadata({ writeOnly: true })`) is shown nowhere.
   */
  readonly config?: StandardSchemaV1<unknown, Config>;
}

/** What a plugin says of its own health. */
export interface HealthCheck {
  readonly status: "healthy" | "degraded" | "unhealthy";
  /** Plain JSON, snake_case keys; shown under `detail`. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** What can be tied to a run: a function, or something disposable. Functions and async disposals are awaited. */
export type Resource = (() => unknown) | Disposable | AsyncDisposable;

/** Who asks for a service; given to `perConsumer` so that a provider can tell its callers apart. */
export interface ServiceConsumer {
  /** The plugin's name, or `host` for the program around the runtime. */
  readonly name: string;
  /** Aborts when the consumer's run ends. */
  readonly signal: AbortSignal;
  /** Ties a resource to the consumer's run: released after its `stop()`, last owned first. */
  own<T extends Resource>(resource: T): T;
  /** A callback that runs as the consumer, so that a fault in it is blamed on the consumer. */
  bind<Arguments extends unknown[], Result>(
    callback: (...values: Arguments) => Result,
  ): (...values: Arguments) => Result;
}

/** Everything the runtime gives one run of one plugin. A unit test passes `pluginContext()` of `backplane/testing`. */
export interface PluginContext<Config = unknown> extends ServiceConsumer {
  readonly config: Config;
  readonly state: ServiceState;
  readonly enabled: boolean;
  readonly log: Logger;
  readonly clock: Clock;
  requireService<T>(key: ServiceKey<T>): T;
  optionalService<T>(key: ServiceKey<T>): T | undefined;
  provideService<T>(key: ServiceKey<T>, value: T | PerConsumer<T>): void;
}

const PER_CONSUMER = Symbol.for("backplane.per_consumer");

/** A service whose value is made for each consumer, once per run of that consumer. */
export interface PerConsumer<T> {
  readonly [PER_CONSUMER]: (consumer: ServiceConsumer) => T;
}

/** A value to provide that is made anew for each consumer, so that it knows who calls. */
export function perConsumer<T>(make: (consumer: ServiceConsumer) => T): PerConsumer<T> {
  return { [PER_CONSUMER]: make };
}

/** The value of a service as `consumer` sees it. */
export function serviceFor<T>(value: T | PerConsumer<T>, consumer: ServiceConsumer): T {
  return isPerConsumer(value) ? value[PER_CONSUMER](consumer) : value;
}

export function isPerConsumer<T>(value: T | PerConsumer<T>): value is PerConsumer<T> {
  return typeof value === "object" && value !== null && PER_CONSUMER in value;
}

/** The brand that says "derives from BasePlugin" across copies of this package, with the contract's version. */
export const PLUGIN_BRAND: unique symbol = Symbol.for("backplane.plugin") as never;

export interface PluginBrand {
  /** Version of the contract between plugins and the runtime. */
  readonly contract: number;
  readonly kind: PluginKind | undefined;
}

/** The version that this copy of the package speaks. */
export const PLUGIN_CONTRACT = 1;

/**
 * The author's base class: a thin face over the context it is constructed with. Every start constructs a new
 * instance; nothing is reused. A plugin is the default export of its module.
 */
export abstract class BasePlugin<Config = unknown> {
  declare static readonly metadata: PluginMetadata;
  static readonly [PLUGIN_BRAND]: PluginBrand = { contract: PLUGIN_CONTRACT, kind: undefined };
  readonly #context: PluginContext<Config>;

  constructor(context: PluginContext<Config>) {
    this.#context = context;
  }

  get name(): string {
    return this.#context.name;
  }
  get config(): Config {
    return this.#context.config;
  }
  get state(): ServiceState {
    return this.#context.state;
  }
  get enabled(): boolean {
    return this.#context.enabled;
  }
  get log(): Logger {
    return this.#context.log;
  }
  /** Aborts when this run begins to end. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }
  get clock(): Clock {
    return this.#context.clock;
  }

  /** Called after everything required has started. Throwing puts the plugin in `error`. */
  initialize(): void | Promise<void> {}
  /** Called after `initialize()`. By its end every service in `provides` has been provided. */
  start(): void | Promise<void> {}
  /** Called only after `start()` succeeded; what `own()` holds is released afterwards. */
  stop(): void | Promise<void> {}
  /** Throwing or exceeding the deadline counts as unhealthy. */
  healthCheck?(): HealthCheck | Promise<HealthCheck>;
  /** Asked once, at the end of the start phase. */
  routes?(): readonly Route[];
  /** Asked once, at the end of the start phase. */
  adminRoutes?(): readonly AdminRoute[];

  /**
   * The value of a service listed in `requires`.
   * @throws SERVICE_UNDECLARED when `metadata.requires` does not list it
   * @throws SERVICE_UNAVAILABLE when its provider is not running
   */
  requireService<T>(key: ServiceKey<T>): T {
    return this.#context.requireService(key);
  }
  /**
   * The value of a service listed in `optional`, or undefined while nothing provides it.
   * @throws SERVICE_UNDECLARED when `metadata.optional` does not list it
   */
  optionalService<T>(key: ServiceKey<T>): T | undefined {
    return this.#context.optionalService(key);
  }
  /**
   * Offers a service listed in `provides`; others see it once this plugin is `running`, until it stops.
   * @throws SERVICE_NOT_DECLARED_PROVIDED, SERVICE_ALREADY_PROVIDED, SERVICE_SCOPE_CLOSED
   */
  provideService<T>(key: ServiceKey<T>, value: T | PerConsumer<T>): void {
    this.#context.provideService(key, value);
  }
  /** Ties a resource to this run: released after `stop()`, last owned first, even when `stop()` throws. */
  own<T extends Resource>(resource: T): T {
    return this.#context.own(resource);
  }
  /** For a callback kept on somebody else's behalf: see ServiceConsumer.bind. */
  bind<Arguments extends unknown[], Result>(
    callback: (...values: Arguments) => Result,
  ): (...values: Arguments) => Result {
    return this.#context.bind(callback);
  }
}

/** Core services: message bus, database, logging. */
export abstract class InfrastructurePlugin<Config = unknown> extends BasePlugin<Config> {
  static override readonly [PLUGIN_BRAND]: PluginBrand = { contract: PLUGIN_CONTRACT, kind: "infrastructure" };
}

/** A plugin with a place in the HTTP pipeline. */
export interface PipelinePlugin {
  /** The outer ring: sees only the peer, before anything is decrypted. */
  guard?: GatewayHandler;
  handle: GatewayHandler;
}

/** Encryption, authentication, authorisation: while one is not running the pipeline answers 503. */
export abstract class SecurityPlugin<Config = unknown> extends BasePlugin<Config> implements PipelinePlugin {
  static override readonly [PLUGIN_BRAND]: PluginBrand = { contract: PLUGIN_CONTRACT, kind: "security" };
  guard?(...values: Parameters<GatewayHandler>): ReturnType<GatewayHandler>;
  abstract handle(...values: Parameters<GatewayHandler>): ReturnType<GatewayHandler>;
}

/** Request and response processing: rate limits, validation, routing. */
export abstract class MiddlewarePlugin<Config = unknown> extends BasePlugin<Config> implements PipelinePlugin {
  static override readonly [PLUGIN_BRAND]: PluginBrand = { contract: PLUGIN_CONTRACT, kind: "middleware" };
  guard?(...values: Parameters<GatewayHandler>): ReturnType<GatewayHandler>;
  abstract handle(...values: Parameters<GatewayHandler>): ReturnType<GatewayHandler>;
}

/** What the backend is for. */
export abstract class BusinessPlugin<Config = unknown> extends BasePlugin<Config> {
  static override readonly [PLUGIN_BRAND]: PluginBrand = { contract: PLUGIN_CONTRACT, kind: "business" };
}

/** A plugin class as the loader hands it on: a constructor with metadata and brand. */
export interface PluginClass {
  new (context: PluginContext<never>): BasePlugin<never>;
  readonly metadata: PluginMetadata;
  readonly [PLUGIN_BRAND]: PluginBrand;
}

/** A plugin whose module was imported and whose config passed its own schema. */
export interface LoadedPlugin {
  /** Its key in the manifest. */
  readonly name: string;
  readonly pluginClass: PluginClass;
  readonly metadata: PluginMetadata;
  readonly kind: PluginKind | undefined;
  /** Checked, with the schema's defaults filled in. */
  readonly config: unknown;
  /**
   * File URL of the module, or with a final `/` of the folder that is the plugin; undefined for a class registered in
   * code. Stray errors are blamed by it.
   */
  readonly root: string | undefined;
}
