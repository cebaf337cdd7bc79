import { Attributor } from "../attribution.ts";
import { type Clock, systemClock } from "../clock.ts";
import { ServiceContainer, ServiceViews } from "../container.ts";
import { BackplaneError, reasonOf } from "../errors.ts";
import { RunContext } from "../lifecycle/plugin_context.ts";
import { Scope } from "../lifecycle/scope.ts";
import { RuntimeLogger } from "../log/runtime_logger.ts";
import type { Logger, LogRecord } from "../logger.ts";
import type { HostService } from "../options.ts";
import {
  BasePlugin,
  type PerConsumer,
  PLUGIN_BRAND,
  type PluginClass,
  type PluginContext,
  type PluginMetadata,
  type Resource,
  type ServiceConsumer,
} from "../plugin.ts";
import type { ServiceKey } from "../service_key.ts";
import type { ServiceState } from "../state.ts";
import { ManualClock } from "./manual_clock.ts";

/** What `pluginContext()` may be told. */
export interface PluginContextOptions<TestClock extends Clock = ManualClock> {
  /** The plugin's key in the manifest. Default: made from its metadata's name; `plugin` without a class. */
  readonly name?: string;
  /** As it would stand in core.yaml; the plugin's own schema checks it. */
  readonly config?: unknown;
  /** What the plugin may require: `hostService(database, fake)`. Without a class, all of them. */
  readonly services?: readonly HostService[];
  /** Default: a manual clock, which stands still. */
  readonly clock?: TestClock;
}

export interface UnitContextSettings<Config, TestClock extends Clock> {
  readonly name: string;
  readonly pluginClass: PluginClass;
  readonly metadata: PluginMetadata;
  readonly config: Config;
  readonly services: readonly HostService[];
  readonly clock: TestClock;
}

const RELEASE_MS = 5_000;

/**
 * The context that a plugin is constructed with, without a runtime around it: access is checked, the log redacted and
 * what is owned released as the runtime does it. It calls no phase. Made by `pluginContext()`.
 */
export class UnitContext<Config = unknown, TestClock extends Clock = ManualClock>
  implements PluginContext<Config>, AsyncDisposable
{
  readonly name: string;
  readonly config: Config;
  readonly enabled = true;
  /** What the plugin sees as its state; the test may set it. */
  state: ServiceState = "starting";
  readonly clock: TestClock;
  /** The lines of its log, redacted. */
  readonly lines: LogRecord[] = [];
  /** What could not be released in `end()`. */
  readonly problems: unknown[] = [];
  readonly #scope: Scope;
  readonly #run: RunContext;
  readonly #consumers: UnitContext[] = [];

  constructor({ name, pluginClass, metadata, config, services, clock }: UnitContextSettings<Config, TestClock>) {
    this.name = name;
    this.config = config;
    this.clock = clock;
    this.#scope = new Scope(name, (error) => void this.problems.push(error));
    const container = new ServiceContainer();
    for (const { key, value } of services) container.register(key, value);
    const log = new RuntimeLogger({ clock, level: "debug" });
    log.follow((record) => void this.lines.push(record));
    const loaded = { name, pluginClass, metadata, kind: pluginClass[PLUGIN_BRAND].kind, config, root: undefined };
    const attributor = new Attributor({ followContext: false });
    const logger = (plugin: string): Logger => log.logger("plugin", plugin);
    this.#run = new RunContext(loaded, this.#scope, { container, clock, attributor, logger }, this);
  }

  get log(): Logger {
    return this.#run.log;
  }

  /** Aborts in `end()`. */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  requireService<T>(key: ServiceKey<T>): T {
    return this.#run.requireService(key);
  }

  optionalService<T>(key: ServiceKey<T>): T | undefined {
    return this.#run.optionalService(key);
  }

  provideService<T>(key: ServiceKey<T>, value: T | PerConsumer<T>): void {
    this.#run.provideService(key, value);
  }

  own<T extends Resource>(resource: T): T {
    return this.#scope.own(resource);
  }

  bind<Arguments extends unknown[], Result>(
    callback: (...values: Arguments) => Result,
  ): (...values: Arguments) => Result {
    return this.#run.bind(callback);
  }

  /**
   * What the plugin has provided under a key, as a consumer of it sees it.
   * @param consumer default: one of the test's own, whose run ends with this one
   * @throws SERVICE_UNAVAILABLE
   */
  provided<T>(key: ServiceKey<T>, consumer: ServiceConsumer = this.#newConsumer()): T {
    const container = new ServiceContainer();
    container.publish(this.name, this.#scope.offered);
    const value = new ServiceViews(container, consumer).find(key);
    if (value !== undefined) return value;
    throw new BackplaneError(
      "SERVICE_UNAVAILABLE",
      `Cannot use service "${key.name}": the plugin has not provided it.`,
      {
        remedy: "Call the method of the plugin that provides it first: initialize() or start().",
      },
    );
  }

  /** Ends the run: the signal aborts, and what is owned is released, last owned first. Safe to call twice. */
  async end(): Promise<void> {
    this.state = "stopped";
    for (const consumer of this.#consumers.splice(0)) await consumer.end();
    await this.#scope.close(systemClock, RELEASE_MS);
  }

  /** As `end()`, but what could not be released is an error. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    if (this.problems.length > 0) throw new AggregateError(this.problems, reasonOf(this.problems[0]));
  }

  #newConsumer(): ServiceConsumer {
    const bare = { pluginClass: BarePlugin, metadata: BarePlugin.metadata, services: [] };
    const consumer = new UnitContext({ ...bare, name: "consumer", config: {}, clock: new ManualClock() });
    this.#consumers.push(consumer);
    return consumer;
  }
}

/** Stands for a plugin where a test needs the context only. */
export class BarePlugin extends BasePlugin<never> {
  static override readonly metadata: PluginMetadata = { name: "plugin", version: "0.0.0", description: "of a test" };
}
