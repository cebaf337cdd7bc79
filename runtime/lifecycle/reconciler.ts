import { blockersOf, dependenciesReady, isBlocked, mustLeave, tellStanding } from "./conditions.ts";
import type { ServiceContainer } from "../container.ts";
import type { BackplaneError } from "../errors.ts";
import { unwantedError } from "./phase_error.ts";
import type { Phases } from "./phases.ts";
import type { ContributionSink } from "../plugin_contribution.ts";
import { NOBODY, type PluginNode } from "./plugin_node.ts";
import type { Pending } from "./scope.ts";
import type { ServiceState } from "../state.ts";
import { type TransitionOptions, Transitions } from "./transitions.ts";

export interface ReconcilerOptions extends TransitionOptions {
  readonly container: ServiceContainer;
  readonly contributions: ContributionSink;
  readonly phases: Phases;
  /** Which plugin provides each service. */
  readonly providers: ReadonlyMap<string, string>;
  /** Called when nothing more can move for now. */
  readonly onQuiet: () => void;
}

/**
 * Moves every plugin toward what is wanted of it. Whenever something settles, those whom it concerns are looked at
 * again: nothing is polled, nothing is scanned.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #transitions: Transitions;
  /** What runs, in the order in which it came to run. */
  readonly #running = new Set<PluginNode>();
  /** While all is being stopped: what still runs, in the same order. */
  #stack: PluginNode[] | undefined;
  /** What has a run and is on its way up or down. */
  readonly #moving = new Set<PluginNode>();
  readonly #enter = (node: PluginNode, state: ServiceState): void => this.#transitions.move(node, state);
  #queue: PluginNode[] = [];
  #active = false;

  constructor(options: ReconcilerOptions, nodes: Iterable<PluginNode>) {
    this.#options = options;
    this.#transitions = new Transitions(options, nodes, (woken) => this.#enqueue(woken));
  }

  /** True when no plugin is on its way anywhere. */
  get settled(): boolean {
    return this.#transitions.barriers.unsettled === 0;
  }

  /** True when no plugin has a run any more. */
  get down(): boolean {
    return this.#moving.size === 0 && this.#running.size === 0;
  }

  /** Looks at these plugins, and at all that follows from them. */
  look(nodes: Iterable<PluginNode>): void {
    this.#step(() => this.#enqueue(nodes));
  }

  /** From now on what runs stops one by one, in the exact reverse of the order in which it came to run. */
  stopInReverse(nodes: Iterable<PluginNode>): void {
    this.#stack = [...this.#running];
    this.look(nodes);
  }

  /** Tells everything that is left to stop, in order, without waiting. @returns the names of what was not awaited */
  stopWithoutWaiting(): string[] {
    const running = [...this.#running].toReversed();
    const abandoned = [...this.#moving, ...running].map((node) => node.name);
    this.#step(() => {
      this.#options.phases.hurry();
      for (const node of running) if (this.#running.has(node)) this.#stop(node, true);
    });
    return abandoned;
  }

  /**
   * Does one thing and then all that follows from it. What plugins and listeners ask for in the middle of it only
   * joins the queue.
   */
  #step(act: () => void): void {
    if (this.#active) return act();
    this.#active = true;
    try {
      act();
      do {
        for (let head = 0; head < this.#queue.length; head++) this.#advance(this.#queue[head]!);
        this.#queue = [];
        if (this.#stack !== undefined) this.#stopLast(this.#stack);
      } while (this.#queue.length > 0);
    } finally {
      this.#active = false;
    }
    this.#options.onQuiet();
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
        if (this.#stack === undefined && mustLeave(node)) this.#leave(node);
        return;
      case "registered":
      case "stopped":
      case "error":
      case "blocked":
        this.#advanceResting(node);
        return;
      case "stopping":
      case "disabled":
    }
  }

  /** May it start, must it wait, or is it in vain? */
  #advanceResting(node: PluginNode): void {
    if (!node.wanted) {
      if (node.state === "registered" || node.state === "blocked") this.#transitions.move(node, "stopped");
      return;
    }
    if (node.retry) {
      node.retry = false;
      node.error = undefined;
    }
    if (node.error !== undefined) {
      if (node.state === "registered") this.#transitions.move(node, "error");
      return;
    }
    if (isBlocked(node)) {
      node.blockedBy = blockersOf(node);
      if (node.state !== "blocked") this.#transitions.move(node, "blocked");
      return;
    }
    if (node.state !== "registered") this.#transitions.move(node, "registered");
    if (this.#transitions.barriers.isOpen(node.level) && dependenciesReady(node)) this.#start(node);
  }

  #start(node: PluginNode): void {
    node.blockedBy = NOBODY;
    this.#moving.add(node);
    for (const dependency of node.dependencies) dependency.inUse++;
    let pending: Pending;
    try {
      pending = this.#options.phases.start(node, this.#enter);
    } catch (error) {
      return this.#startFailed(node, error as BackplaneError);
    }
    if (pending === undefined) return this.#started(node);
    void pending.then(
      () => this.#step(() => this.#started(node)),
      (error: BackplaneError) => this.#step(() => this.#startFailed(node, error)),
    );
  }

  #started(node: PluginNode): void {
    const { clock, container, contributions, providers } = this.#options;
    const { scope, contribution, began } = node.run!;
    try {
      // Checked at the very moment of being admitted: another plugin may have taken a route since.
      if (contribution !== undefined) contributions.admit(contribution);
    } catch (error) {
      return this.#startFailed(node, error as BackplaneError);
    }
    const chosen = scope.offered.filter(({ key }) => providers.get(key.name) === node.name);
    container.publish(node.name, chosen);
    node.startDurationMs = clock.monotonic() - began;
    this.#moving.delete(node);
    this.#running.add(node);
    this.#stack?.push(node);
    this.#transitions.move(node, "running");
    // What was wanted may have changed between the end of start() and here.
    this.#queue.push(node);
  }

  #startFailed(node: PluginNode, error: BackplaneError): void {
    const { aborted, began } = node.run!;
    const { clock, phases } = this.#options;
    node.startDurationMs = clock.monotonic() - began;
    if (error !== aborted) node.error ??= error;
    const pending = phases.release(node, node.entry.timeouts.stopMs);
    if (pending !== undefined || node.error === undefined) this.#transitions.move(node, "stopping");
    this.#whenDown(node, pending);
  }

  #abort(node: PluginNode): void {
    const run = node.run!;
    if (run.aborted !== undefined) return;
    run.aborted = node.error ?? unwantedError(node);
    run.abort?.(run.aborted);
  }

  /** Its dependents go first; when the last of them is down, it is looked at again. */
  #leave(node: PluginNode): void {
    if (!node.leaving) {
      node.leaving = true;
      tellStanding(node);
      this.#enqueue(node.dependents);
    }
    if (node.inUse === 0) this.#stop(node, false);
  }

  #stop(node: PluginNode, hurry: boolean): void {
    this.#running.delete(node);
    this.#moving.add(node);
    this.#options.container.withdraw(node.name, node.run!.scope.offered);
    this.#transitions.move(node, "stopping");
    this.#whenDown(node, this.#options.phases.stop(node, hurry));
  }

  #stopLast(stack: PluginNode[]): void {
    while (this.#moving.size === 0 && this.#running.size > 0) {
      const node = stack.pop()!;
      if (this.#running.has(node)) this.#stop(node, false);
    }
  }

  #whenDown(node: PluginNode, pending: Pending): void {
    if (pending === undefined) return this.#down(node);
    void pending.then(() => this.#step(() => this.#down(node)));
  }

  #down(node: PluginNode): void {
    this.#moving.delete(node);
    node.run = undefined;
    node.leaving = false;
    if (node.error !== undefined) {
      this.#transitions.move(node, "error");
    } else if (node.wanted && isBlocked(node)) {
      node.blockedBy = blockersOf(node);
      this.#transitions.move(node, "blocked");
    } else {
      this.#transitions.move(node, "stopped");
    }
    this.#queue.push(node);
    for (const dependency of node.dependencies) {
      dependency.inUse--;
      if (dependency.leaving && dependency.inUse === 0) this.#queue.push(dependency);
    }
  }
}
