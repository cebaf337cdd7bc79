import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageBus } from "../../plugins/message_bus/contract.ts";
import { readAdminToken } from "../admin/token.ts";
import type { Principal } from "../contribution.ts";
import { BackplaneError } from "../errors.ts";
import type { RuntimeEvent } from "../events.ts";
import type { Runtime } from "../handle.ts";
import type { PluginHealth } from "../health_report.ts";
import type { LogRecord } from "../logger.ts";
import { type HostService, hostService } from "../options.ts";
import type { BasePlugin } from "../plugin.ts";
import { createRuntime } from "../runtime.ts";
import type { ServiceKey } from "../service_key.ts";
import type { PluginResult } from "../plugin_result.ts";
import type { ServiceState } from "../state.ts";
import { busAbsence } from "./bus_absence.ts";
import { assertRoutes, checkPath, checkTestOptions } from "./check_options.ts";
import { type Callers, kitPlugin } from "./kit_plugin.ts";
import { ManualClock } from "./manual_clock.ts";
import { Patience } from "./patience.ts";
import { Delays, stagedClass } from "./staged_plugin.ts";
import { StateRecord } from "./state_record.ts";
import { startError } from "./start_error.ts";
import { TestBus } from "./test_bus.ts";
import { KIT_PLUGIN, manifestOf, nameOf, type PluginConstructor, type TestPluginOptions } from "./test_options.ts";

/** A request of the test's: what `fetch` takes, and who asks from where. */
export interface TestRequest extends RequestInit {
  /** Who calls, as a plugin for authentication would have found out. Default: nobody known. */
  readonly principal?: Principal;
  /** The peer's address. Default: 127.0.0.1. */
  readonly remoteAddress?: string;
}

const ADMIN = "/api/v1/admin";
/** How often the clock follows real time while the test ends, in milliseconds. */
const TICK_MS = 10;

/** One plugin in a runtime of its own. Made by `testPlugin()`. */
export class PluginTest<Plugin extends BasePlugin = BasePlugin> implements AsyncDisposable {
  /** The plugin's key in the manifest. */
  readonly name: string;
  /** Time as the plugin and the runtime see it; it stands still until the test lets it pass. */
  readonly clock: ManualClock;
  /** The test's own end of the message bus. */
  readonly bus: TestBus;
  /** Everything that happened, in order. */
  readonly events: RuntimeEvent[] = [];
  /** The lines of the runtime's log, those of the plugin too. */
  readonly log: LogRecord[] = [];
  readonly #options: TestPluginOptions;
  readonly #states: StateRecord;
  readonly #delays = new Delays();
  readonly #callers: Callers = new AsyncLocalStorage();
  readonly #pluginClass: PluginConstructor;
  #instance: Plugin | undefined;
  #folder: string | undefined;
  #runtime: Runtime | undefined;
  readonly #patience: Patience;
  /** The runtime has done what takes real time only, and phases have begun: time may pass. */
  #begun: Promise<void> = Promise.resolve();
  #begin: () => void = () => undefined;
  #starting: Promise<PluginResult> | undefined;
  #closing: Promise<void> | undefined;

  constructor(pluginClass: PluginConstructor<Plugin>, options: TestPluginOptions = {}) {
    checkTestOptions(pluginClass, options);
    this.name = nameOf(pluginClass, options);
    this.clock = new ManualClock({ ...(options.now !== undefined && { now: options.now }), ready: () => this.#begun });
    this.#states = new StateRecord(options.timeoutMs);
    this.#patience = new Patience(this.clock, options.timeoutMs);
    this.bus = new TestBus({
      clock: this.clock,
      patience: this.#patience,
      timeoutMs: options.timeoutMs,
      absence: () => busAbsence(pluginClass, options),
      assertStarted: (what) => void this.#started(what),
    });
    this.#options = options;
    this.#pluginClass = stagedClass(pluginClass, {
      phases: options.phases ?? {},
      delays: this.#delays,
      onConstruct: (plugin) => (this.#instance = plugin as Plugin),
    });
  }

  /** The runtime around the plugin, for what the kit has no word for. @throws TEST_NOT_STARTED */
  get runtime(): Runtime {
    return this.#started("use the runtime");
  }

  /** The instance of the present run, or of the last one. @throws TEST_NOT_STARTED */
  get plugin(): Plugin {
    if (this.#instance === undefined) throw this.#notStarted("use the plugin");
    return this.#instance;
  }

  /** The states the plugin has gone through, the first and the present one included. */
  get states(): readonly ServiceState[] {
    return [...this.#states.entered];
  }

  get state(): ServiceState {
    return this.#states.present;
  }

  /**
   * Waits until the plugin is in that state, for `advance()` does not wait for files and sockets on the way there: for
   * `start()` to time out, `until("starting")` first. @throws TEST_EXPECTATION_FAILED after `timeoutMs` of real time
   */
  until(state: ServiceState): Promise<void> {
    return this.#states.until(state);
  }

  /** What went wrong in stopping and releasing. */
  get problems(): readonly BackplaneError[] {
    return this.events.flatMap((event) => (event.type === "plugin_problem" ? [event.error] : []));
  }

  /**
   * Starts the runtime with the plugin in it; later, starts the plugin again. A plugin that fails is a result, not an
   * error. Where a phase takes time on the clock, let the clock advance before awaiting this.
   * @throws MANIFEST_INVALID for a config that the plugin's schema refuses; PLAN_INVALID for a service that nobody
   * provides; what refuses the class; RUNTIME_START_FAILED for a critical plugin
   */
  async start(): Promise<PluginResult> {
    this.#assertOpen("start");
    if (this.#starting === undefined) {
      this.#begun = new Promise((resolve) => (this.#begin = resolve));
      this.#starting = this.#start().finally(() => this.#begin());
      return await this.#patience.wait("start()", this.#starting);
    }
    await this.#starting;
    return await this.#patience.wait("start()", this.#started("start").startPlugin(this.name));
  }

  /** Stops the plugin. @throws TEST_NOT_STARTED */
  async stop(): Promise<PluginResult> {
    return await this.#patience.wait("stop()", this.#started("stop").stopPlugin(this.name));
  }

  /** Stops the plugin and starts it in a new run. @throws TEST_NOT_STARTED */
  async restart(): Promise<PluginResult> {
    await this.stop();
    return await this.start();
  }

  /**
   * Answers a request as the gateway does: guards, pipeline, routes. Requests to admin routes carry the admin token
   * unless they have an Authorization header of their own.
   * @param path with its query, for example `/api/v1/greetings/world`
   * @throws TEST_NOT_STARTED; TEST_OPTIONS_INVALID for a path that does not begin with /
   */
  async fetch(path: string, { principal, remoteAddress = "127.0.0.1", ...init }: TestRequest = {}): Promise<Response> {
    const runtime = this.#started("fetch");
    checkPath(path);
    const request = new Request(new URL(path, "http://127.0.0.1"), init);
    if (new URL(request.url).pathname.startsWith(ADMIN) && !request.headers.has("authorization")) {
      const token = await readAdminToken(this.#folder!);
      if (token !== undefined) request.headers.set("authorization", `Bearer ${token}`);
    }
    const answer = this.#callers.run(principal, () => runtime.fetch(request, { remoteAddress }));
    return await this.#patience.wait("the request", answer);
  }

  /** The plugin's health as the admin route shows it, with the `detail` of its check. @throws TEST_NOT_STARTED */
  async health(): Promise<PluginHealth> {
    const response = await this.fetch(`${ADMIN}/plugins/${this.name}/health`);
    return (await response.json()) as PluginHealth;
  }

  /** The value of a service as the host sees it. @throws SERVICE_UNAVAILABLE, TEST_NOT_STARTED */
  service<T>(key: ServiceKey<T>): T {
    return this.#started("ask for a service").service(key);
  }

  /**
   * Ends the test: stops everything, in which delays of the test's own count no more and the clock follows real time;
   * removes the data folder. Safe to call twice, and before `start()`.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(): Promise<PluginResult> {
    this.#folder = await mkdtemp(join(tmpdir(), "backplane-test-"));
    const runtime = createRuntime({
      manifestObject: manifestOf(this.name, this.#folder, this.#options),
      baseDir: this.#folder,
      variables: this.#options.variables ?? {},
      plugins: {
        [KIT_PLUGIN]: kitPlugin(this.#callers, this.#options.routes ?? []),
        [this.name]: this.#pluginClass,
      },
      services: await this.#services(),
      clock: this.clock,
      logger: (record) => void this.log.push(record),
    });
    runtime.on((event) => this.#record(event));
    this.#runtime = runtime;
    try {
      const results = await runtime.start();
      assertRoutes(results.find(({ plugin }) => plugin === KIT_PLUGIN)?.cause);
      return results.find(({ plugin }) => plugin === this.name)!;
    } catch (error) {
      throw startError(error);
    }
  }

  #record(event: RuntimeEvent): void {
    if (event.type === "plugin_state") this.#begin();
    if (event.type === "plugin_state" && event.plugin === this.name) this.#states.enter(event.to);
    if (!("plugin" in event && event.plugin === KIT_PLUGIN)) this.events.push(event);
  }

  async #services(): Promise<readonly HostService[]> {
    const { services = [] } = this.#options;
    if (busAbsence(this.#pluginClass, this.#options) !== undefined) return services;
    return [...services, hostService(messageBus, await this.bus.service())];
  }

  async #close(): Promise<void> {
    this.#delays.end();
    const ticking = setInterval(() => void this.clock.advance(TICK_MS), TICK_MS);
    try {
      await this.#runtime?.stop("the test ended");
      await this.bus.close();
    } finally {
      clearInterval(ticking);
      if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    }
  }

  #started(what: string): Runtime {
    this.#assertOpen(what);
    if (this.#runtime === undefined) throw this.#notStarted(what);
    return this.#runtime;
  }

  #assertOpen(what: string): void {
    if (this.#closing === undefined) return;
    throw new BackplaneError("TEST_NOT_STARTED", `Cannot ${what}: the test of plugin "${this.name}" has ended.`, {
      remedy: "Make a new one with testPlugin().",
    });
  }

  #notStarted(what: string): BackplaneError {
    return new BackplaneError("TEST_NOT_STARTED", `Cannot ${what}: plugin "${this.name}" is not started.`, {
      remedy: "Await test.start() first.",
    });
  }
}
