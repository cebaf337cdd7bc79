import type { Attributor } from "../attribution.ts";
import type { Deadlines } from "./deadlines.ts";
import { BackplaneError, type ErrorCode, messageOf } from "../errors.ts";
import type { PluginPhase, RuntimeEvents } from "../events.ts";
import type { BasePlugin, PipelinePlugin } from "../plugin.ts";
import { type ContextServices, RunContext } from "./plugin_context.ts";
import type { ContributionSink, PluginContribution } from "../plugin_contribution.ts";
import type { PluginNode, PluginRun } from "./plugin_node.ts";
import { isThenable, type Pending, Scope } from "./scope.ts";
import type { ServiceState } from "../state.ts";

export interface PhaseOptions extends ContextServices {
  readonly attributor: Attributor;
  readonly contributions: ContributionSink;
  readonly deadlines: Deadlines;
  readonly events: RuntimeEvents;
}

/** A phase that is being awaited. */
export interface PhaseInFlight {
  readonly node: PluginNode;
  readonly phase: PluginPhase;
  /** On the monotonic clock. */
  readonly began: number;
}

type TimedPhase = "initialize" | "start" | "stop";

const failureCodes: Readonly<Record<TimedPhase, ErrorCode>> = {
  initialize: "PLUGIN_INITIALIZE_FAILED",
  start: "PLUGIN_START_FAILED",
  stop: "PLUGIN_STOP_FAILED",
};
const timeoutCodes: Readonly<Record<TimedPhase, ErrorCode>> = {
  initialize: "PLUGIN_INITIALIZE_TIMEOUT",
  start: "PLUGIN_START_TIMEOUT",
  stop: "PLUGIN_STOP_TIMEOUT",
};

/**
 * Takes one plugin through its phases, under deadlines. What is not a promise is not awaited: where nothing is, the
 * methods answer undefined and everything has happened.
 */
export class Phases {
  readonly #options: PhaseOptions;
  readonly inFlight: Map<string, PhaseInFlight> = new Map();
  /** The plugin whose phase is being called right now, on this very stack. */
  #calling: string | undefined;
  /** Ends each wait for requests that are inside a plugin. */
  readonly #drains = new Set<() => void>();

  constructor(options: PhaseOptions) {
    this.#options = options;
  }

  /** Whether this plugin is inside one of its phases, so that awaiting the lifecycle there would never end. */
  isInside(plugin: string): boolean {
    return this.#calling === plugin || this.inFlight.has(plugin);
  }

  get calling(): string | undefined {
    return this.#calling;
  }

  /**
   * Constructs, initialises and starts in a new scope, which stays at `node.run`, failed or not.
   * @throws PLUGIN_CONSTRUCT_FAILED, PLUGIN_INITIALIZE_*, PLUGIN_START_*, PLUGIN_SERVICE_NOT_PROVIDED, GATEWAY_ROUTE_*;
   * what was aborted fails with the error given to `run.abort`
   */
  start(node: PluginNode, enter: (state: ServiceState) => void): Pending {
    const scope = new Scope(node.name, (error) =>
      this.#report(node, "release", phaseError(node, "PLUGIN_RELEASE_FAILED", "releasing what it owns failed", error)),
    );
    const run: PluginRun = {
      scope,
      instance: undefined,
      contribution: undefined,
      abort: undefined,
      aborted: undefined,
    };
    node.run = run;
    enter("initializing");
    const plugin = this.#construct(node, scope);
    run.instance = plugin;
    return after(
      this.#call(node, "initialize", node.entry.timeouts.initializeMs, () => plugin.initialize()),
      () => {
        enter("initialized");
        if (run.aborted !== undefined) throw run.aborted;
        enter("starting");
        return after(
          this.#call(node, "start", node.entry.timeouts.startMs, () => plugin.start()),
          () => this.#finishStart(node, run),
        );
      },
    );
  }

  /**
   * Waits for the requests inside the plugin, calls `stop()`, releases what the run owns. Never throws: what goes wrong
   * is reported as an event and the way down continues.
   * @param hurry tell everything, wait for nothing
   */
  stop(node: PluginNode, hurry: boolean): Pending {
    const { scope, instance } = node.run!;
    const { stopMs } = node.entry.timeouts;
    const leaving = this.#options.contributions.withdraw(node.name);
    scope.end();
    const drained = hurry || leaving === undefined ? undefined : this.#atMost(leaving, stopMs);
    return after(drained, () => after(this.#callStop(node, instance!), () => scope.close(this.#options.clock, stopMs)));
  }

  #construct(node: PluginNode, scope: Scope): BasePlugin<never> {
    const { loaded } = node.plan!;
    const context = new RunContext(loaded, scope, this.#options, () => node.state);
    const caller = this.#calling;
    this.#calling = node.name;
    try {
      return this.#options.attributor.run(node.name, () => new loaded.pluginClass(context));
    } catch (error) {
      throw phaseError(node, "PLUGIN_CONSTRUCT_FAILED", "its constructor failed", error);
    } finally {
      this.#calling = caller;
    }
  }

  /** Everything `start()` promised: its services and its contribution. */
  #finishStart(node: PluginNode, run: PluginRun): undefined {
    const { metadata } = node.plan!.loaded;
    const offered = new Set([...run.scope.offered.keys()].map((key) => key.name));
    const lacking = (metadata.provides ?? []).filter((key) => !offered.has(key.name)).map((key) => key.name);
    if (lacking.length > 0) {
      throw new BackplaneError(
        "PLUGIN_SERVICE_NOT_PROVIDED",
        `Cannot start plugin "${node.name}": start() ended without providing ${lacking.join(", ")}.`,
        { remedy: "Call provideService for every key in metadata.provides before start() ends." },
      );
    }
    try {
      run.contribution = this.#options.attributor.run(node.name, () => this.#collect(node, run));
      if (run.contribution !== undefined) this.#options.contributions.check(run.contribution);
    } catch (error) {
      throw error instanceof BackplaneError
        ? error
        : phaseError(node, "PLUGIN_START_FAILED", "asking for its routes failed", error);
    }
    return undefined;
  }

  #collect(node: PluginNode, run: PluginRun): PluginContribution | undefined {
    const plugin = run.instance as BasePlugin<never> & Partial<PipelinePlugin>;
    const inPipeline = node.plan!.kind === "security" || node.plan!.kind === "middleware";
    if (!inPipeline && plugin.routes === undefined && plugin.adminRoutes === undefined) return undefined;
    const bind = <Values extends unknown[], Result>(
      call: (...values: Values) => Result,
    ): ((...values: Values) => Result) => this.#options.attributor.bind(node.name, call);
    const own = <T extends { readonly handler: (...values: never[]) => unknown }>(route: T): T => ({
      ...route,
      handler: bind(route.handler),
    });
    return {
      plugin: node.name,
      kind: node.plan!.kind,
      priority: node.plan!.priority,
      order: node.order,
      guard: inPipeline && plugin.guard !== undefined ? bind(plugin.guard.bind(plugin)) : undefined,
      handle: inPipeline && plugin.handle !== undefined ? bind(plugin.handle.bind(plugin)) : undefined,
      routes: plugin.routes?.().map(own) ?? [],
      adminRoutes: plugin.adminRoutes?.().map(own) ?? [],
      signal: run.scope.signal,
    };
  }

  #callStop(node: PluginNode, plugin: BasePlugin<never>): Pending {
    const report = (error: unknown): void => this.#report(node, "stop", error as BackplaneError);
    try {
      return this.#call(node, "stop", node.entry.timeouts.stopMs, () => plugin.stop())?.catch(report);
    } catch (error) {
      report(error);
      return undefined;
    }
  }

  #call(node: PluginNode, phase: TimedPhase, ms: number, call: () => unknown): Pending {
    const caller = this.#calling;
    this.#calling = node.name;
    let result: unknown;
    try {
      result = this.#options.attributor.run(node.name, call);
    } catch (error) {
      throw phaseError(node, failureCodes[phase], `${phase}() failed`, error);
    } finally {
      this.#calling = caller;
    }
    return isThenable(result) ? this.#await(node, phase, ms, result) : undefined;
  }

  #await(node: PluginNode, phase: TimedPhase, ms: number, result: PromiseLike<unknown>): Promise<void> {
    this.inFlight.set(node.name, { node, phase, began: this.#options.clock.monotonic() });
    return new Promise<void>((resolve, reject) => {
      let finished = false;
      const finish = (error?: BackplaneError): void => {
        // Whatever comes after the deadline or an abort is ignored.
        if (finished) return;
        finished = true;
        deadline[Symbol.dispose]();
        this.inFlight.delete(node.name);
        node.run!.abort = undefined;
        if (error === undefined) resolve();
        else reject(error);
      };
      const deadline = this.#options.deadlines.add(ms, () => finish(timeoutError(node, phase, ms)));
      node.run!.abort = finish;
      result.then(
        () => finish(),
        (error: unknown) => finish(phaseError(node, failureCodes[phase], `${phase}() failed`, error)),
      );
    });
  }

  /** Waits no longer for requests that are inside plugins: they are told to stop now. */
  hurry(): void {
    for (const end of this.#drains) end();
  }

  async #atMost(work: Promise<void>, ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        deadline[Symbol.dispose]();
        this.#drains.delete(end);
        resolve();
      };
      const deadline = this.#options.deadlines.add(ms, end);
      this.#drains.add(end);
      void work.then(end);
    });
  }

  #report(node: PluginNode, phase: PluginPhase, error: BackplaneError): void {
    this.#options.events.emit({
      type: "plugin_problem",
      time: this.#options.clock.now(),
      plugin: node.name,
      phase,
      error,
    });
  }
}

/** The next step at once where nothing is pending, else when it is done. */
export function after(pending: Pending, next: () => Pending): Pending {
  return pending === undefined ? next() : pending.then(next);
}

function phaseError(node: PluginNode, code: ErrorCode, what: string, cause: unknown): BackplaneError {
  const verb = code.startsWith("PLUGIN_STOP") || code === "PLUGIN_RELEASE_FAILED" ? "stop" : "start";
  const reason = messageOf(cause).replace(/\.$/, "");
  const remedy =
    cause instanceof BackplaneError
      ? cause.remedy
      : "Look at the cause: the fault is in the plugin or in its settings.";
  return new BackplaneError(code, `Cannot ${verb} plugin "${node.name}": ${what}: ${reason}.`, { remedy, cause });
}

function timeoutError(node: PluginNode, phase: TimedPhase, ms: number): BackplaneError {
  const verb = phase === "stop" ? "stop" : "start";
  return new BackplaneError(
    timeoutCodes[phase],
    `Cannot ${verb} plugin "${node.name}": ${phase}() did not end within ${ms} ms.`,
    { remedy: `Find out what it waits for, or raise timeouts.${phase}_ms of "${node.name}" in core.yaml.` },
  );
}
