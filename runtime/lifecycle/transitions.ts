import { Barriers } from "./barriers.ts";
import type { Clock } from "../clock.ts";
import { tellStanding } from "./conditions.ts";
import type { RuntimeEvents } from "../events.ts";
import type { PluginNode } from "./plugin_node.ts";
import { assertTransition, isSettled, type ServiceState } from "../state.ts";

export interface TransitionOptions {
  readonly clock: Clock;
  readonly events: RuntimeEvents;
  /** Called once for each time a plugin comes to rest or to run. */
  readonly onSettled: (node: PluginNode) => void;
}

/** Changes states: checks each step against the table, tells it as an event, keeps the barriers' count. */
export class Transitions {
  readonly #options: TransitionOptions;
  readonly #wake: (nodes: Iterable<PluginNode>) => void;
  readonly barriers: Barriers = new Barriers();

  /** @param wake given those who may be able to move because of a step */
  constructor(options: TransitionOptions, nodes: Iterable<PluginNode>, wake: (nodes: Iterable<PluginNode>) => void) {
    this.#options = options;
    this.#wake = wake;
    for (const node of nodes) if (node.state !== "disabled") this.barriers.add(node);
  }

  /** @throws RUNTIME_STATE_FORBIDDEN */
  move(node: PluginNode, to: ServiceState): void {
    const from = node.state;
    assertTransition(node.name, from, to);
    const time = this.#options.clock.now();
    const durationMs = time - node.since;
    node.state = to;
    node.since = time;
    tellStanding(node);
    const wasSettled = isSettled(from);
    const settled = isSettled(to);
    if (wasSettled !== settled) for (const user of node.optionalDependents) user.optionalUnsettled += settled ? -1 : 1;
    this.#emit(node, from, to, time, durationMs);
    if (wasSettled && !settled) this.barriers.unsettle(node);
    if (!settled) return;
    if (!wasSettled) this.#wake(this.barriers.settle(node));
    this.#wake(node.dependents);
    this.#wake(node.optionalDependents);
    this.#options.onSettled(node);
  }

  #emit(node: PluginNode, from: ServiceState, to: ServiceState, time: number, durationMs: number): void {
    const { events } = this.#options;
    if (!events.observed) return;
    const error = to === "error" ? node.error : undefined;
    const blockedBy = to === "blocked" ? node.blockedBy : undefined;
    events.emit({ type: "plugin_state", time, plugin: node.name, from, to, durationMs, error, blockedBy });
  }
}
