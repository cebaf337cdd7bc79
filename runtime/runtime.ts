import { ActiveRuntime } from "./active_runtime.ts";
import { checkFetch, checkListener, checkServiceKey } from "./check_arguments.ts";
import { ServiceContainer, ServiceViews } from "./container.ts";
import { BackplaneError, type ErrorCode } from "./errors.ts";
import { RuntimeEvents, type RuntimeListener } from "./events.ts";
import type { Runtime, StopReport } from "./handle.ts";
import type { HealthReport } from "./health_report.ts";
import { hideInError } from "./hide_in_error.ts";
import { hostConsumer, provideHostServices } from "./host_services.ts";
import { problem } from "./gateway/problem.ts";
import { onStopSignal } from "./host.ts";
import type { PluginNode } from "./lifecycle/plugin_node.ts";
import { Scope } from "./lifecycle/scope.ts";
import { logEvents } from "./log/describe_event.ts";
import { RuntimeLogger } from "./log/runtime_logger.ts";
import type { Manifest } from "./manifest/manifest.ts";
import type { RuntimeOptions } from "./options.ts";
import type { StartupPlan } from "./plan/plan.ts";
import { prepare, type Prepared } from "./prepare.ts";
import type { ServiceKey } from "./service_key.ts";
import { reportFailures } from "./plugin_failure.ts";
import type { PluginResult } from "./plugin_result.ts";
import { settleOptions, type SettledOptions } from "./settle_options.ts";
import { resultOf } from "./snapshots.ts";
import { StrayErrors } from "./stray_errors.ts";
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
  /** What lives as long as the host uses the runtime. */
  readonly #hostScope: Scope;
  readonly #strays: StrayErrors;
  /** Services as the host sees them. */
  #views: ServiceViews | undefined;
  #prepared: Promise<Prepared> | undefined;
  #active: ActiveRuntime | undefined;
  #starting: Promise<readonly PluginResult[]> | undefined;
  #stopped: Promise<StopReport> | undefined;
  /** The stop has ended. */
  #down = false;
  manifest: Manifest | undefined;

  constructor(given: RuntimeOptions) {
    this.#options = settleOptions(given);
    this.#log = new RuntimeLogger({ clock: this.#options.clock });
    this.#strays = new StrayErrors(this.#log);
    const log = this.#log.logger("runtime", "host");
    this.#hostScope = new Scope("host", (error) => log.error("What the host owned could not be released.", { error }));
    if (this.#options.logger !== undefined) this.#log.follow(this.#options.logger);
    this.#events.on(logEvents(this.#log, (name) => this.#dependentsOf(name)));
  }

  get url(): string | undefined {
    return this.#active?.url;
  }

  async start(): Promise<readonly PluginResult[]> {
    if (this.#stopped !== undefined) throw stoppedError();
    if (this.#starting !== undefined) {
      throw refused(
        "RUNTIME_ALREADY_STARTED",
        "start",
        "start() was called before",
        "Make a new runtime for a new start.",
      );
    }
    this.#starting = this.#start();
    return await this.#starting;
  }

  async stop(reason = "stop() was called"): Promise<StopReport> {
    this.#assertOutsidePhases("stop");
    return await (this.#stopped ??= this.#stop(reason));
  }

  async plan(): Promise<StartupPlan> {
    return (await this.#prepare()).plan;
  }

  async fetch(request: Request, info: { readonly remoteAddress?: string | undefined } = {}): Promise<Response> {
    checkFetch(request, info);
    if (this.#active === undefined) return problem(503, "The runtime is not started.");
    if (this.#down) return problem(503, "The runtime is stopped.");
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
    return await this.#moveOne(name, "startPlugin", (active, node) => active.lifecycle.start(node));
  }

  async stopPlugin(name: string): Promise<PluginResult> {
    return await this.#moveOne(name, "stopPlugin", (active, node) => active.lifecycle.stop(node));
  }

  service<T>(key: ServiceKey<T>): T {
    checkServiceKey(key);
    this.#views ??= new ServiceViews(this.#container, hostConsumer(this.#hostScope));
    const value = this.#views.find(key);
    if (value !== undefined) return value;
    throw new BackplaneError("SERVICE_UNAVAILABLE", `Cannot use service "${key.name}": nothing provides it now.`, {
      remedy: "Enable a plugin that provides it, and ask after start() and before stop().",
    });
  }

  blame(error: unknown): boolean {
    return this.#strays.blame(error, this.#active);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #start(): Promise<readonly PluginResult[]> {
    if (this.#options.handleSignals) this.#stopOnSignal();
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
    const prepared = await this.#prepare();
    if (this.#stopped !== undefined) throw stoppedError();
    this.#events.emit({ type: "runtime_starting", time: clock.now(), plugins: prepared.manifest.plugins.length });
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
    if (this.#stopped !== undefined) throw stoppedError();
    const results = active.results();
    const durationMs = clock.monotonic() - began;
    const failures = reportFailures(results);
    this.#events.emit({ type: "runtime_started", time: clock.now(), durationMs, plugins: results.length, failures });
    return results;
  }

  async #stop(reason: string): Promise<StopReport> {
    const { clock } = this.#options;
    const began = clock.monotonic();
    const problems: BackplaneError[] = [];
    const forget = this.#events.on(
      (event) => void (event.type === "plugin_problem" && problems.push(hideInError(event.error, this.#secrets))),
    );
    await this.#hostScope.close(clock, this.#options.stopBudgetMs);
    const active = this.#active;
    if (active === undefined) {
      forget();
      return { abandoned: [], problems };
    }
    this.#events.emit({ type: "runtime_stopping", time: clock.now(), reason });
    const abandoned = await active.stop();
    this.#down = true;
    forget();
    const durationMs = clock.monotonic() - began;
    this.#events.emit({ type: "runtime_stopped", time: clock.now(), durationMs, abandoned });
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
      },
    }));
  }

  #stopOnSignal(): void {
    this.#hostScope.own(onStopSignal((signal) => void this.stop(signal)));
  }

  async #moveOne(
    name: string,
    call: string,
    move: (active: ActiveRuntime, node: PluginNode) => Promise<void>,
  ): Promise<PluginResult> {
    const active = this.#running(call);
    this.#assertOutsidePhases(call);
    const node = active.lifecycle.nodes.get(name);
    if (node === undefined) {
      const remedy = `The manifest has: ${[...active.lifecycle.nodes.keys()].join(", ")}.`;
      throw refused("PLUGIN_UNKNOWN", call, `there is no plugin "${name}"`, remedy);
    }
    if (!node.entry.enabled) {
      const remedy = `Set enabled: true for ${name} in core.yaml and restart.`;
      throw refused("PLUGIN_DISABLED", call, `plugin "${name}" is disabled`, remedy);
    }
    await move(active, node);
    return resultOf(node, active.source);
  }

  get #secrets(): readonly string[] {
    return this.manifest?.source.secrets ?? [];
  }

  #running(call: string): ActiveRuntime {
    if (this.#active === undefined)
      throw refused("RUNTIME_NOT_STARTED", call, "the runtime is not started", "Await start() first.");
    if (this.#stopped !== undefined) throw stoppedError();
    return this.#active;
  }

  /** A plugin that awaits the lifecycle inside its own phase would wait for itself. */
  #assertOutsidePhases(call: string): void {
    const lifecycle = this.#active?.lifecycle;
    const plugin = lifecycle?.callingPhaseOf ?? (lifecycle?.busy ? this.#active?.attributor.current() : undefined);
    if (plugin === undefined || lifecycle?.isInsidePhase(plugin) !== true) return;
    const remedy = "Call it after the phase has ended, for example from a timer or a request.";
    throw refused("RUNTIME_REENTRANT", call, `plugin "${plugin}" calls from inside one of its own phases`, remedy);
  }

  #dependentsOf(plugin: string): readonly string[] {
    return this.#active?.lifecycle.nodes.get(plugin)?.dependents.map((node) => node.name) ?? [];
  }
}

function stoppedError(): BackplaneError {
  return refused("RUNTIME_STOPPED", "go on", "it was stopped", "Make a new runtime for a new start.");
}

function refused(code: ErrorCode, call: string, what: string, remedy: string): BackplaneError {
  return new BackplaneError(code, `Cannot ${call}: ${what}.`, { remedy });
}
