import { Deadlines } from "./deadlines.ts";
import { BackplaneError } from "../errors.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type PhaseOptions, Phases } from "./phases.ts";
import type { StartupPlan } from "../plan/plan.ts";
import { buildNodes, type PluginNode } from "./plugin_node.ts";
import { Reconciler } from "./reconciler.ts";
import { SlowWatch } from "./slow_watch.ts";
import { waitingFor } from "./waiting.ts";
import { isSettled } from "../state.ts";

export interface LifecycleOptions extends Omit<PhaseOptions, "deadlines"> {
  readonly manifest: Manifest;
  readonly plan: StartupPlan;
}

interface Waiter {
  readonly done: () => boolean;
  readonly resolve: () => void;
}

/**
 * What can be wanted of the plugins: all up, all down, one up, one down. Each call sets a target and waits until the
 * reconciler has brought it about.
 */
export class LifecycleManager {
  readonly nodes: ReadonlyMap<string, PluginNode>;
  readonly #options: LifecycleOptions;
  readonly #phases: Phases;
  readonly #reconciler: Reconciler;
  readonly #slow: SlowWatch;
  #waiters: Waiter[] = [];
  #starting = false;
  #stopping = false;
  /** The critical plugin that failed or was blocked during the start of all. */
  #criticalFailure: PluginNode | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.nodes = buildNodes(options.manifest, options.plan, options.clock.now());
    this.#phases = new Phases({ ...options, deadlines: new Deadlines(options.clock) });
    this.#slow = new SlowWatch({
      inFlight: this.#phases.inFlight,
      waitingFor: (plugin) => waitingFor(this.nodes.get(plugin)!, this.nodes.values(), this.#stopping),
      clock: options.clock,
      events: options.events,
    });
    const { providers } = options.plan;
    this.#reconciler = new Reconciler(
      {
        ...options,
        phases: this.#phases,
        providers,
        onSettled: (node) => this.#onSettled(node),
        onQuiet: () => this.#onQuiet(),
      },
      this.nodes.values(),
    );
  }

  /**
   * Starts everything that is enabled. Resolves when all has settled.
   * @returns the critical plugin that cannot run, at once; undefined when the start is good
   */
  async startAll(): Promise<PluginNode | undefined> {
    this.#starting = true;
    const { failed, entries } = this.#options.plan;
    this.#reconciler.look([...failed, ...entries].map(({ name }) => this.nodes.get(name)!));
    await this.#until(() => this.#reconciler.settled || this.#criticalFailure !== undefined || this.#stopping);
    this.#starting = false;
    return this.#criticalFailure;
  }

  /**
   * Wants one plugin up, once more if it failed. Resolves when it has settled.
   * @throws RUNTIME_STOPPED when everything is being stopped
   */
  async start(node: PluginNode): Promise<void> {
    if (this.#stopping) throw stoppedError(node);
    node.wanted = true;
    // A module that was not loaded stays so: only a plugin that has been planned can be tried again.
    node.retry = node.error !== undefined && node.plan !== undefined;
    this.#reconciler.look([node]);
    await this.#until(() => isAtRest(node) || this.#stopping);
  }

  /**
   * Wants one plugin down; what depends on it goes down first and is blocked. Resolves when this run has ended, or
   * when it was wanted up again before that.
   */
  async stop(node: PluginNode): Promise<void> {
    const { run } = node;
    node.wanted = false;
    node.retry = false;
    this.#reconciler.look([node]);
    await this.#until(() => node.run === undefined || node.run !== run || (node.wanted && isAtRest(node)));
  }

  /** Puts a plugin in `error` for what it did outside its phases. One without a run is left as it is. */
  fail(node: PluginNode, error: BackplaneError): void {
    if (node.run === undefined || node.error !== undefined || this.#stopping) return;
    node.error = error;
    this.#reconciler.look([node]);
  }

  /** From now on nothing starts: phases in flight are aborted at once. What runs goes on running, until `stopAll`. */
  endStart(): void {
    this.#stopping = true;
    const notRunning = [...this.nodes.values()].filter((node) => node.state !== "running");
    for (const node of notRunning) node.wanted = node.retry = false;
    this.#reconciler.look(notRunning);
  }

  /**
   * Stops everything in the exact reverse of the real start order; phases in flight are aborted at once. After
   * `budgetMs` the rest is still told to stop, in order, but not awaited. To be called once.
   * @returns the plugins that were not awaited
   */
  async stopAll(budgetMs: number): Promise<readonly string[]> {
    this.#stopping = true;
    for (const node of this.nodes.values()) node.wanted = node.retry = false;
    let abandoned: readonly string[] | undefined;
    const abandonRest = (): void => {
      abandoned = this.#reconciler.stopWithoutWaiting();
      this.#onQuiet();
    };
    const budget = this.#options.clock.setTimeout(abandonRest, budgetMs, { keepAlive: true });
    this.#reconciler.stopInReverse(this.nodes.values());
    await this.#until(() => this.#reconciler.down || abandoned !== undefined);
    budget[Symbol.dispose]();
    this.#slow.end();
    return abandoned ?? [];
  }

  /** Whether this plugin is inside one of its phases: awaiting the lifecycle there would wait for itself. */
  isInsidePhase(plugin: string): boolean {
    return this.#phases.isInside(plugin);
  }

  /** Whether any phase is being awaited. */
  get busy(): boolean {
    return this.#phases.inFlight.size > 0;
  }

  /** The plugin whose phase is being called on this very stack. */
  get callingPhaseOf(): string | undefined {
    return this.#phases.calling;
  }

  #onSettled(node: PluginNode): void {
    if (node.plan?.kind === "security" || node.plan === undefined) this.#options.contributions.markStale();
    const down = node.state === "error" || node.state === "blocked";
    if (this.#starting && down && node.entry.critical) this.#criticalFailure ??= node;
  }

  #onQuiet(): void {
    this.#slow.look();
    for (const waiter of this.#waiters.filter((one) => one.done())) waiter.resolve();
    this.#waiters = this.#waiters.filter((one) => !one.done());
  }

  async #until(done: () => boolean): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve) => this.#waiters.push({ done, resolve }));
  }
}

/** Nothing more happens to it until something else changes. */
function isAtRest(node: PluginNode): boolean {
  return isSettled(node.state) && !node.leaving && !node.retry;
}

function stoppedError(node: PluginNode): BackplaneError {
  return new BackplaneError("RUNTIME_STOPPED", `Cannot start plugin "${node.name}": the runtime is stopping.`, {
    remedy: "Make a new runtime for a new start.",
  });
}
