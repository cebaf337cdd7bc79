import { ActiveRuntime } from "./active_runtime.ts";
import { checkFetch, checkListener, checkServiceKey } from "./check_arguments.ts";
import { ServiceContainer } from "./container.ts";
import type { BackplaneError } from "./errors.ts";
import { type RuntimeEvent, RuntimeEvents, type RuntimeListener } from "./events.ts";
import type { Runtime, StopReport } from "./handle.ts";
import type { HealthReport } from "./health_report.ts";
import { hideInError } from "./hide_in_error.ts";
import { HostProgram } from "./host_program.ts";
import { provideHostServices } from "./host_services.ts";
import { problem } from "./gateway/problem.ts";
import { onStopSignal } from "./host.ts";
import { logEvents } from "./log/describe_event.ts";
import { RuntimeLogger } from "./log/runtime_logger.ts";
import type { Manifest } from "./manifest/manifest.ts";
import { assertOutsidePhases, movePlugin } from "./move_plugin.ts";
import type { RuntimeOptions } from "./options.ts";
import type { StartupPlan } from "./plan/plan.ts";
import { prepare, type Prepared } from "./prepare.ts";
import type { ServiceKey } from "./service_key.ts";
import { reportFailures } from "./plugin_failure.ts";
import type { PluginResult } from "./plugin_result.ts";
import { settleOptions, type SettledOptions } from "./settle_options.ts";
import { alreadyStarted, notStarted, stopped } from "./refusals.ts";
import { StrayErrors } from "./stray_errors.ts";
import type { Suspect } from "./suspect.ts";
import { config, runtimeLog } from "./system_services.ts";

/**
 * Makes a runtime. Does nothing yet: reads no file, imports no plugin.
 * @throws RUNTIME_OPTIONS_INVALID, and PLUGIN_* for a class that is no plugin
 */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  return new RuntimeHandle(options);
}

class RuntimeHandle implements Runtime {
  readonly #options: SettledOptions;
  readonly #events = new RuntimeEvents();
  readonly #log: RuntimeLogger;
  readonly #container = new ServiceContainer();
  readonly #host: HostProgram;
  readonly #strays: StrayErrors;
  #prepared: Promise<Prepared> | undefined;
  #active: ActiveRuntime | undefined;
  #starting: Promise<readonly PluginResult[]> | undefined;
  #stopped: Promise<StopReport> | undefined;
  /** `runtime_starting` was emitted, so that a stop is told of too. */
  #announced = false;
  /** The stop has ended. */
  #down = false;
  manifest: Manifest | undefined;

  constructor(given: RuntimeOptions) {
    this.#options = settleOptions(given);
    this.#log = new RuntimeLogger({ clock: this.#options.clock });
    this.#strays = new StrayErrors(this.#log);
    this.#host = new HostProgram(this.#container, this.#log.logger("runtime", "host"));
    if (this.#options.logger !== undefined) this.#log.follow(this.#options.logger);
    this.#events.on(logEvents(this.#log, (name) => this.#dependentsOf(name)));
  }

  get url(): string | undefined {
    return this.#active?.url;
  }

  async start(): Promise<readonly PluginResult[]> {
    if (this.#stopped !== undefined) throw stopped();
    if (this.#starting !== undefined) throw alreadyStarted();
    // Not at once: a listener that is told of it may call again.
    this.#starting = Promise.resolve().then(() => this.#start());
    return await this.#starting;
  }

  async stop(reason = "stop() was called"): Promise<StopReport> {
    if (this.#active !== undefined) assertOutsidePhases(this.#active, "stop");
    return await (this.#stopped ??= Promise.resolve().then(() => this.#stop(reason)));
  }

  async plan(): Promise<StartupPlan> {
    return (await this.#prepare()).plan;
  }

  async fetch(request: Request, info: { readonly remoteAddress?: string | undefined } = {}): Promise<Response> {
    checkFetch(request, info);
    if (this.#down) return problem(503, "The runtime is stopped.");
    if (this.#active === undefined) return problem(503, "The runtime is not started.");
    return await this.#active.gateway.fetch(request, info);
  }

  on(listener: RuntimeListener): () => void {
    checkListener(listener);
    return this.#events.on(listener);
  }

  async health(): Promise<HealthReport> {
    return await this.#running("tell the health").health.report();
  }

  async startPlugin(name: string): Promise<PluginResult> {
    return await movePlugin(this.#running(`start plugin "${name}"`), name, "start");
  }

  async stopPlugin(name: string): Promise<PluginResult> {
    return await movePlugin(this.#running(`stop plugin "${name}"`), name, "stop");
  }

  service<T>(key: ServiceKey<T>): T {
    checkServiceKey(key);
    return this.#host.service(key);
  }

  suspect(error: unknown): Suspect | undefined {
    return this.#strays.suspect(error, this.#active);
  }

  blame(error: unknown): boolean {
    return this.#strays.blame(error, this.#active);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #start(): Promise<readonly PluginResult[]> {
    if (this.#options.handleSignals) this.#host.own(onStopSignal((signal) => void this.stop(signal)));
    try {
      return await this.#bringUp();
    } catch (error) {
      await this.stop("the start failed");
      throw error;
    }
  }

  async #bringUp(): Promise<readonly PluginResult[]> {
    const { clock } = this.#options;
    const began = clock.monotonic();
    if (this.#stopped !== undefined) throw stopped();
    // A plan made before has read the manifest already.
    if (this.manifest !== undefined) this.#announce(this.manifest);
    const prepared = await this.#prepare();
    if (this.#stopped !== undefined) throw stopped();
    const shared = { container: this.#container, events: this.#events, log: this.#log };
    const active = new ActiveRuntime({ ...shared, prepared, options: this.#options });
    this.#active = active;
    await active.open();
    provideHostServices(this.#container, {
      manifest: prepared.manifest,
      url: this.url,
      log: this.#log,
      services: this.#options.services,
    });
    if (this.#stopped === undefined) await active.start();
    if (this.#stopped !== undefined) throw stopped();
    const results = active.results();
    const durationMs = clock.monotonic() - began;
    const failures = reportFailures(results);
    this.#events.emit({ type: "runtime_started", time: clock.now(), durationMs, plugins: results.length, failures });
    return results;
  }

  #announce(manifest: Manifest): void {
    this.#announced = true;
    const plugins = manifest.plugins.length;
    this.#events.emit({ type: "runtime_starting", time: this.#options.clock.now(), plugins });
  }

  async #stop(reason: string): Promise<StopReport> {
    const announced = this.#announced;
    const tell = (event: RuntimeEvent): void => (announced ? this.#events.emit(event) : undefined);
    const { clock } = this.#options;
    const began = clock.monotonic();
    const problems: BackplaneError[] = [];
    const forget = this.#events.on(
      (event) => void (event.type === "plugin_problem" && problems.push(hideInError(event.error, this.#secrets))),
    );
    tell({ type: "runtime_stopping", time: clock.now(), reason });
    await this.#host.close(clock, this.#options.stopBudgetMs);
    const abandoned = (await this.#active?.stop()) ?? [];
    this.#down = true;
    forget();
    tell({ type: "runtime_stopped", time: clock.now(), durationMs: clock.monotonic() - began, abandoned });
    return { abandoned, problems };
  }

  #prepare(): Promise<Prepared> {
    const keys = [config, runtimeLog, ...this.#options.services.map((service) => service.key)];
    return (this.#prepared ??= prepare(this.#options, keys, {
      events: this.#events,
      strays: this.#strays.duringImport,
      onImport: (name, root) => this.#strays.importing(name, root),
      onManifest: (manifest) => {
        this.manifest = manifest;
        this.#log.level = manifest.system.log.level;
        this.#log.hide(manifest.source.secrets);
        if (this.#starting !== undefined && this.#stopped === undefined) this.#announce(manifest);
      },
      onMarked: (manifest) => {
        this.manifest = manifest;
        this.#log.hide(manifest.source.secrets);
      },
    }));
  }

  get #secrets(): readonly string[] {
    return this.manifest?.source.secrets ?? [];
  }

  #running(call: string): ActiveRuntime {
    if (this.#active === undefined) throw notStarted(call);
    if (this.#stopped !== undefined) throw stopped();
    return this.#active;
  }

  #dependentsOf(plugin: string): readonly string[] {
    return this.#active?.lifecycle.nodes.get(plugin)?.dependents.map((node) => node.name) ?? [];
  }
}
