import type { PluginNode } from "./plugin_node.ts";

/**
 * Each distinct effective priority is a barrier: it opens when everything smaller has settled. Counts, so that
 * nothing is ever scanned to know it.
 */
export class Barriers {
  readonly #nodes: PluginNode[][] = [];
  readonly #unsettled: number[] = [];
  #open = 0;
  #total = 0;

  /** Takes a node in, as unsettled. */
  add(node: PluginNode): void {
    (this.#nodes[node.level] ??= []).push(node);
    this.unsettle(node);
  }

  /** How many nodes are on their way somewhere. */
  get unsettled(): number {
    return this.#total;
  }

  isOpen(level: number): boolean {
    return level <= this.#open;
  }

  unsettle(node: PluginNode): void {
    this.#unsettled[node.level] = (this.#unsettled[node.level] ?? 0) + 1;
    this.#total++;
    if (node.level < this.#open) this.#open = node.level;
  }

  /**
   * @returns the nodes that may have waited for the barrier that has opened by this. Where a barrier is passed on the
   * way, all behind it has settled: nobody waits there, and looking at them all would make a stop quadratic.
   */
  settle(node: PluginNode): readonly PluginNode[] {
    this.#unsettled[node.level]!--;
    this.#total--;
    if (node.level !== this.#open) return [];
    const before = this.#open;
    while (this.#open < this.#nodes.length - 1 && (this.#unsettled[this.#open] ?? 0) === 0) this.#open++;
    const waits = this.#open !== before && (this.#unsettled[this.#open] ?? 0) > 0;
    return waits ? (this.#nodes[this.#open] ?? []) : [];
  }
}
