import { Barriers } from "./barriers.ts";
import type { Clock } from "../clock.ts";
import type { ServiceContainer } from "../container.ts";
import { BackplaneError } from "../errors.ts";
import type { RuntimeEvents } from "../events.ts";
import type { Phases } from "./phases.ts";
import type { ContributionSink } from "../plugin_contribution.ts";
import type { PluginNode } from "./plugin_node.ts";
import type { Pending } from "./scope.ts";
import { assertTransition, isSettled, type ServiceState } from "../state.ts";

export interface ReconcilerOptions {
  readonly clock: Clock;
  readonly events: RuntimeEvents;
  readonly container: ServiceContainer;
  readonly contributions: ContributionSink;
  readonly phases: Phases;
  /** Which plugin provides each service. */
  readonly providers: ReadonlyMap<string, string>;
  /** Called once for each time a plugin comes to rest or to run. */
  readonly onSettled: (node: PluginNode) => void;
  /** Called when nothing more can move for now. */
  readonly onQuiet: () => void;
}

/**
 * Moves every plugin toward what is wanted of it. Whenever something settles, those whom it concerns are looked at
 * again: nothing is polled, nothing is scanned.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #barriers = new Barriers();
  /** What runs, in the order in which it came to run. */
  readonly #running: PluginNode[] = [];
  /** What has a run and is on its way up or down. */
  readonly #moving = new Set<PluginNode>();
  #queue: PluginNode[] = [];
  #active = false;
  #reverse = false;

  constructor(options: ReconcilerOptions, nodes: Iterable<PluginNode>) {
    this.#options = options;
    for (const node of nodes) if (node.state !== "disabled") this.#barriers.add(node);
  }

  /** True when no plugin is on its way anywhere. */
  get settled(): boolean {
    return this.#barriers.unsettled === 0;
  }

  /** True when no plugin has a run any more. */
  get down(): boolean {
    return this.#moving.size === 0 && this.#running.length === 0;
  }

  /** Looks at these plugins, and at all that follows from them. */
  look(nodes: Iterable<PluginNode> = []): void {
    this.#enqueue(nodes);
    if (this.#active) return;
    this.#active = true;
    do {
      for (let head = 0; head < this.#queue.length; head++) this.#advance(this.#queue[head]!);
      this.#queue = [];
      if (this.#reverse) this.#stopLast();
    } while (this.#queue.length > 0);
    this.#active = false;
    this.#options.onQuiet();
  }

  /** From now on what runs stops one by one, in the exact reverse of the order in which it came to run. */
  stopInReverse(nodes: Iterable<PluginNode>): void {
    this.#reverse = true;
    this.look(nodes);
  }

  /** Tells everything that is left to stop, in order, without waiting. @returns the names of what was not awaited */
  stopWithoutWaiting(): string[] {
    const abandoned = [...this.#moving].map((node) => node.name);
    this.#options.phases.hurry();
    while (this.#running.length > 0) {
      const node = this.#running.at(-1)!;
      abandoned.push(node.name);
      this.#stop(node, true);
    }
    this.look();
    return abandoned;
  }

  #enqueue(nodes: Iterable<PluginNode>): void {
    for (const node of nodes) this.#queue.push(node);
  }

  #advance(node: PluginNode): void {
    switch (node.state) {
      case "initializing":
      case "initialized":
      case "starting":
        if (mustLeave(node)) this.#abort(node);
        return;
      case "running":
        if (!this.#reverse && mustLeave(node)) this.#leave(node);
        return;
      case "registered":
      case "stopped":
      case "error":
      case "blocked":
        this.#advanceResting(node);
    }
  }

  /** May it start, must it wait, or is it in vain? */
  #advanceResting(node: PluginNode): void {
    if (!node.wanted) {
      if (node.state === "registered" || node.state === "blocked") this.#transition(node, "stopped");
      return;
    }
    if (node.error !== undefined) {
      if (node.state === "registered") this.#transition(node, "error");
      return;
    }
    const blockers = blockersOf(node);
    if (blockers.length > 0) {
      node.blockedBy = blockers;
      if (node.state !== "blocked") this.#transition(node, "blocked");
      return;
    }
    if (node.state !== "registered") this.#transition(node, "registered");
    if (this.#mayStart(node)) this.#start(node);
  }

  #mayStart(node: PluginNode): boolean {
    return (
      this.#barriers.isOpen(node.level) &&
      node.dependencies.every((dependency) => dependency.state === "running" && !dependency.leaving) &&
      node.optionalDependencies.every((dependency) => isSettled(dependency.state))
    );
  }

  #start(node: PluginNode): void {
    node.startBegan = this.#options.clock.monotonic();
    node.blockedBy = [];
    this.#moving.add(node);
    let pending: Pending;
    try {
      pending = this.#options.phases.start(node, (state) => this.#transition(node, state));
    } catch (error) {
      return this.#startFailed(node, error as BackplaneError);
    }
    if (pending === undefined) return this.#started(node);
    void pending
      .then(
        () => this.#started(node),
        (error: BackplaneError) => this.#startFailed(node, error),
      )
      .then(() => this.look());
  }

  #started(node: PluginNode): void {
    const { scope, contribution } = node.run!;
    if (scope.offered.size > 0) {
      for (const key of scope.offered.keys()) {
        if (this.#options.providers.get(key.name) !== node.name) scope.offered.delete(key);
      }
      this.#options.container.publish(node.name, scope.offered);
    }
    if (contribution !== undefined) this.#options.contributions.admit(contribution);
    node.startDurationMs = this.#options.clock.monotonic() - node.startBegan;
    this.#moving.delete(node);
    this.#running.push(node);
    this.#transition(node, "running");
  }

  #startFailed(node: PluginNode, error: BackplaneError): void {
    const { scope, aborted } = node.run!;
    node.startDurationMs = this.#options.clock.monotonic() - node.startBegan;
    if (error !== aborted) node.error ??= error;
    const pending = scope.close(this.#options.clock, node.entry.timeouts.stopMs);
    if (pending !== undefined || node.error === undefined) this.#transition(node, "stopping");
    this.#whenDown(node, pending);
  }

  #abort(node: PluginNode): void {
    const run = node.run!;
    if (run.aborted !== undefined) return;
    run.aborted =
      node.error ??
      new BackplaneError("RUNTIME_STOPPED", `Cannot go on starting plugin "${node.name}": it is no longer wanted.`, {
        remedy: "Start it again when what it needs is running.",
      });
    run.abort?.(run.aborted);
  }

  /** Its dependents go first; when the last of them is down, it is looked at again. */
  #leave(node: PluginNode): void {
    if (!node.leaving) {
      node.leaving = true;
      this.#enqueue(node.dependents);
    }
    if (node.dependents.every((dependent) => dependent.run === undefined)) this.#stop(node, false);
  }

  #stop(node: PluginNode, hurry: boolean): void {
    const last = this.#running.at(-1) === node ? this.#running.length - 1 : this.#running.indexOf(node);
    this.#running.splice(last, 1);
    this.#moving.add(node);
    this.#options.container.withdraw(node.run!.scope.offered);
    this.#transition(node, "stopping");
    this.#whenDown(node, this.#options.phases.stop(node, hurry));
  }

  #stopLast(): void {
    while (this.#moving.size === 0 && this.#running.length > 0) this.#stop(this.#running.at(-1)!, false);
  }

  #whenDown(node: PluginNode, pending: Pending): void {
    if (pending === undefined) return this.#down(node);
    void pending.then(() => {
      this.#down(node);
      this.look();
    });
  }

  #down(node: PluginNode): void {
    this.#moving.delete(node);
    node.run = undefined;
    node.leaving = false;
    const blockers = blockersOf(node);
    if (node.error !== undefined) {
      this.#transition(node, "error");
    } else if (node.wanted && blockers.length > 0) {
      node.blockedBy = blockers;
      this.#transition(node, "blocked");
    } else {
      this.#transition(node, "stopped");
    }
    this.#queue.push(node);
    this.#enqueue(node.dependencies.filter((dependency) => dependency.leaving));
  }

  #transition(node: PluginNode, to: ServiceState): void {
    const { clock, events } = this.#options;
    const from = node.state;
    assertTransition(node.name, from, to);
    const now = clock.now();
    const durationMs = now - node.since;
    node.state = to;
    node.since = now;
    if (events.observed) {
      const error = to === "error" ? node.error : undefined;
      const blockedBy = to === "blocked" ? node.blockedBy : undefined;
      events.emit({ type: "plugin_state", time: now, plugin: node.name, from, to, durationMs, error, blockedBy });
    }
    if (isSettled(from) && !isSettled(to)) this.#barriers.unsettle(node);
    if (!isSettled(to)) return;
    if (!isSettled(from)) this.#enqueue(this.#barriers.settle(node));
    this.#enqueue(node.dependents);
    this.#enqueue(node.optionalDependents);
    this.#options.onSettled(node);
  }
}

/** The names of the dependencies that will not run without something else changing first. */
function blockersOf(node: PluginNode): string[] {
  return node.dependencies
    .filter(({ state, leaving }) => leaving || (state !== "running" && isSettled(state)))
    .map((dependency) => dependency.name);
}

function mustLeave(node: PluginNode): boolean {
  return (
    !node.wanted ||
    node.error !== undefined ||
    node.dependencies.some((dependency) => dependency.state !== "running" || dependency.leaving)
  );
}
