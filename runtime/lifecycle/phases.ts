import type { Attributor } from "../attribution.ts";
import type { Deadlines } from "./deadlines.ts";
import { collectContribution } from "./collect_contribution.ts";
import { BackplaneError } from "../errors.ts";
import type { RuntimeEvents } from "../events.ts";
import { failureCodes, phaseError, timeoutError, type TimedPhase } from "./phase_error.ts";
import type { BasePlugin } from "../plugin.ts";
import { type ContextServices, RunContext } from "./plugin_context.ts";
import type { ContributionSink, RequestsInside } from "../plugin_contribution.ts";
import type { PhaseInFlight } from "./slow_watch.ts";
import type { PluginNode, PluginRun } from "./plugin_node.ts";
import { isThenable, type Pending, Scope } from "./scope.ts";
import type { PluginPhase, ServiceState } from "../state.ts";

export interface PhaseOptions extends ContextServices {
  readonly attributor: Attributor;
  readonly contributions: ContributionSink;
  readonly deadlines: Deadlines;
  readonly events: RuntimeEvents;
}

/** Told of each state that a start comes to. */
export type EnterState = (node: PluginNode, state: ServiceState) => void;

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
    const phase = this.inFlight.get(plugin)?.phase;
    // A request that is inside waits for nothing of the lifecycle's.
    return this.#calling === plugin || (phase !== undefined && phase !== "drain");
  }

  get calling(): string | undefined {
    return this.#calling;
  }

  /**
   * Constructs, initialises and starts in a new scope, which stays at `node.run`, failed or not.
   * @throws PLUGIN_CONSTRUCT_FAILED, PLUGIN_INITIALIZE_*, PLUGIN_START_*, PLUGIN_SERVICE_NOT_PROVIDED, GATEWAY_ROUTE_*;
   * what was aborted fails with the error given to `run.abort`
   */
  start(node: PluginNode, enter: EnterState): Pending {
    const scope = new Scope(node.name, this.#releaseFailed);
    const run: PluginRun = {
      scope,
      began: this.#options.clock.monotonic(),
      instance: undefined,
      contribution: undefined,
      abort: undefined,
      aborted: undefined,
    };
    node.run = run;
    begin(node, run, "initializing", enter);
    const plugin = this.#construct(node, scope);
    run.instance = plugin;
    return after(this.#call(node, plugin, "initialize"), () => {
      begin(node, run, "initialized", enter);
      begin(node, run, "starting", enter);
      return after(this.#call(node, plugin, "start"), () => this.#finishStart(node, run));
    });
  }

  /**
   * Waits for the requests inside the plugin, at most its `stop_ms`; then calls `stop()` and releases what the run
   * owns, both together within `stop_ms`. Never throws: what goes wrong is reported as an event and the way down goes on.
   * @param hurry tell everything, wait for nothing
   */
  stop(node: PluginNode, hurry: boolean): Pending {
    const { scope, instance } = node.run!;
    const { stopMs } = node.entry.timeouts;
    const inside = this.#options.contributions.withdraw(node.name);
    scope.end();
    const { clock } = this.#options;
    const stop = (): Pending => {
      const deadline = clock.monotonic() + stopMs;
      return after(this.#callStop(node, instance!), () =>
        this.release(node, Math.max(0, deadline - clock.monotonic())),
      );
    };
    return hurry || inside === undefined ? stop() : this.#whenDrained(node, inside, stopMs, stop);
  }

  /** Ends the run and gives back what it owns, within the time. */
  release(node: PluginNode, ms: number): Pending {
    const pending = node.run!.scope.close(this.#options.clock, ms);
    if (pending === undefined) return undefined;
    this.#enter(node, "release", ms);
    return pending.finally(() => this.inFlight.delete(node.name));
  }

  #construct(node: PluginNode, scope: Scope): BasePlugin<never> {
    const { loaded } = node.plan!;
    const context = new RunContext(loaded, scope, this.#options, node);
    const caller = this.#calling;
    this.#calling = node.name;
    try {
      return this.#options.attributor.run(node.name, () => new loaded.pluginClass(context));
    } catch (error) {
      throw phaseError(node.name, "PLUGIN_CONSTRUCT_FAILED", "its constructor failed", error);
    } finally {
      this.#calling = caller;
    }
  }

  /** Everything `start()` promised: its services and its contribution. */
  #finishStart(node: PluginNode, run: PluginRun): undefined {
    const { metadata } = node.plan!.loaded;
    const lacking = metadata.provides?.filter(({ name }) => !run.scope.offers(name)) ?? [];
    if (lacking.length > 0) {
      const names = lacking.map(({ name }) => name).join(", ");
      throw new BackplaneError(
        "PLUGIN_SERVICE_NOT_PROVIDED",
        `Cannot start plugin "${node.name}": start() ended without providing ${names}.`,
        { remedy: "Call provideService for every key in metadata.provides before start() ends." },
      );
    }
    const { attributor, contributions } = this.#options;
    try {
      run.contribution = attributor.run(node.name, () => collectContribution(node, run, attributor));
    } catch (error) {
      throw phaseError(node.name, "PLUGIN_START_FAILED", "asking for its routes failed", error);
    }
    if (run.contribution !== undefined) contributions.check(run.contribution);
    return undefined;
  }

  #callStop(node: PluginNode, plugin: BasePlugin<never>): Pending {
    const report = (error: unknown): void => this.#report(node.name, "stop", error as BackplaneError);
    try {
      return this.#call(node, plugin, "stop")?.catch(report);
    } catch (error) {
      report(error);
      return undefined;
    }
  }

  #call(node: PluginNode, plugin: BasePlugin<never>, phase: TimedPhase): Pending {
    const caller = this.#calling;
    this.#calling = node.name;
    let result: unknown;
    try {
      result = this.#options.attributor.run(node.name, () => plugin[phase]());
      if (!isThenable(result)) return undefined;
    } catch (error) {
      throw phaseError(node.name, failureCodes[phase], `${phase}() failed`, error);
    } finally {
      this.#calling = caller;
    }
    return this.#await(node, phase, node.entry.timeouts[`${phase}Ms`], result);
  }

  #await(node: PluginNode, phase: TimedPhase, ms: number, result: PromiseLike<unknown>): Promise<void> {
    this.#enter(node, phase, ms);
    return new Promise<void>((resolve, reject) => {
      let finished = false;
      const finish = (error?: BackplaneError): void => {
        // Whatever comes after the deadline or an abort is ignored.
        if (finished) return;
        finished = true;
        deadline[Symbol.dispose]();
        this.inFlight.delete(node.name);
        run.abort = undefined;
        if (error === undefined) resolve();
        else reject(error);
      };
      const deadline = this.#options.deadlines.add(ms, () => finish(timeoutError(node, phase, ms)));
      const run = node.run!;
      run.abort = finish;
      // A thenable may throw where a promise would reject.
      Promise.resolve(result).then(
        () => finish(),
        (error: unknown) => finish(phaseError(node.name, failureCodes[phase], `${phase}() failed`, error)),
      );
      // Aborted from inside the very call that has just answered this promise.
      if (phase !== "stop" && run.aborted !== undefined) finish(run.aborted);
    });
  }

  /** Waits no longer for requests that are inside plugins: they are told to stop now. */
  hurry(): void {
    for (const end of this.#drains) end();
  }

  /** Goes on when the requests have ended, when the time is over or when there is hurry: in that case on this stack. */
  #whenDrained(node: PluginNode, inside: RequestsInside, ms: number, next: () => Pending): Promise<void> {
    this.#enter(node, "drain", ms, inside);
    return new Promise<void>((resolve) => {
      const goOn = (): void => {
        deadline[Symbol.dispose]();
        if (!this.#drains.delete(goOn)) return;
        this.inFlight.delete(node.name);
        resolve(next());
      };
      const deadline = this.#options.deadlines.add(ms, goOn);
      this.#drains.add(goOn);
      void inside.ended.then(goOn, goOn);
    });
  }

  #enter({ name }: PluginNode, phase: PluginPhase, deadlineMs: number, requests?: RequestsInside): void {
    const began = this.#options.clock.monotonic();
    this.inFlight.set(name, { plugin: name, phase, began, deadlineMs, requests });
  }

  readonly #releaseFailed = (error: unknown, plugin: string): void => {
    const problem = phaseError(plugin, "PLUGIN_RELEASE_FAILED", "releasing what it owns failed", error);
    this.#report(plugin, "release", problem);
  };

  #report(plugin: string, phase: PluginPhase, error: BackplaneError): void {
    this.#options.events.emit({
      type: "plugin_problem",
      time: this.#options.clock.now(),
      plugin,
      phase,
      error,
    });
  }
}

/** @throws why no further phase shall begin */
function begin(node: PluginNode, run: PluginRun, state: ServiceState, enter: EnterState): void {
  enter(node, state);
  if (run.aborted !== undefined) throw run.aborted;
}

/** The next step at once where nothing is pending, else when it is done. */
export function after(pending: Pending, next: () => Pending): Pending {
  return pending === undefined ? next() : pending.then(next);
}
