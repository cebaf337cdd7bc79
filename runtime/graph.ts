/** A vertex of the start graph. Its index in the list is its place in the manifest and breaks ties. */
export interface GraphNode {
  readonly name: string;
  /** Own priority: smaller comes first. */
  readonly priority: number;
  /** Names that must come before it. Names not in the graph are ignored. */
  readonly after: readonly string[];
}

export interface OrderedNode {
  readonly name: string;
  /** In the list of nodes. */
  readonly index: number;
  /** The smaller of its own priority and that of everything that comes after it because of it. */
  readonly effectivePriority: number;
  /** The dependent whose own priority it takes over; undefined when it stands at its own. */
  readonly inheritedFrom: string | undefined;
}

export type GraphOrder =
  | { readonly order: readonly OrderedNode[]; readonly cycles?: undefined }
  | { readonly order?: undefined; readonly cycles: readonly (readonly string[])[] };

/** Adjacency on numbers: for each node the ones it waits for, and the ones that wait for it. */
interface Adjacency {
  readonly before: readonly (readonly number[])[];
  readonly after: readonly number[][];
}

/**
 * Orders nodes so that all of `after` comes first, then by effective priority, then by place in the list (Kahn's
 * algorithm with a binary heap). Where that is impossible answers cycles instead, each as a closed path
 * `[a, b, a]`, so that every node on any cycle is named at least once.
 */
export function orderGraph(nodes: readonly GraphNode[]): GraphOrder {
  const adjacency = connect(nodes);
  const topological = sortTopologically(adjacency);
  if (topological.length < nodes.length) return { cycles: findCycles(nodes, adjacency, topological) };
  const { priority, source } = inheritPriorities(nodes, adjacency, topological);
  const order = sortByPriority(adjacency, priority).map((index) => {
    const from = source[index]!;
    return {
      name: nodes[index]!.name,
      index,
      effectivePriority: priority[index]!,
      inheritedFrom: from === index ? undefined : nodes[from]!.name,
    };
  });
  return { order };
}

function connect(nodes: readonly GraphNode[]): Adjacency {
  const index = new Map<string, number>();
  for (let i = 0; i < nodes.length; i++) index.set(nodes[i]!.name, i);
  const after: number[][] = nodes.map(() => []);
  const before = nodes.map((node, i) => {
    const targets: number[] = [];
    for (const name of node.after) {
      const target = index.get(name);
      if (target === undefined) continue;
      targets.push(target);
      after[target]!.push(i);
    }
    return targets;
  });
  return { before, after };
}

/** Any order that respects the edges; shorter than the graph when it has a cycle. */
function sortTopologically({ before, after }: Adjacency): number[] {
  const waiting = Int32Array.from(before, (targets) => targets.length);
  const order: number[] = [];
  for (let i = 0; i < before.length; i++) if (waiting[i] === 0) order.push(i);
  for (let head = 0; head < order.length; head++) {
    for (const next of after[order[head]!]!) if (--waiting[next]! === 0) order.push(next);
  }
  return order;
}

function inheritPriorities(
  nodes: readonly GraphNode[],
  { before }: Adjacency,
  topological: readonly number[],
): { priority: number[]; source: number[] } {
  const priority = nodes.map((node) => node.priority);
  const source = nodes.map((_, i) => i);
  for (let i = topological.length - 1; i >= 0; i--) {
    const node = topological[i]!;
    for (const target of before[node]!) {
      if (priority[node]! >= priority[target]!) continue;
      priority[target] = priority[node]!;
      source[target] = source[node]!;
    }
  }
  return { priority, source };
}

function sortByPriority({ before, after }: Adjacency, priority: readonly number[]): number[] {
  const count = before.length;
  const waiting = Int32Array.from(before, (targets) => targets.length);
  const heap = new NumberHeap(count);
  const order: number[] = [];
  // One number a node: priority, then place in the list.
  for (let i = 0; i < count; i++) if (waiting[i] === 0) heap.push(priority[i]! * count + i);
  while (heap.size > 0) {
    const node = heap.pop() % count;
    order.push(node);
    for (const next of after[node]!) if (--waiting[next]! === 0) heap.push(priority[next]! * count + next);
  }
  return order;
}

/** A binary min-heap of numbers, of fixed capacity. */
class NumberHeap {
  readonly #items: Float64Array;
  size = 0;

  constructor(capacity: number) {
    this.#items = new Float64Array(capacity);
  }

  push(value: number): void {
    const items = this.#items;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (items[parent]! <= value) break;
      items[hole] = items[parent]!;
      hole = parent;
    }
    items[hole] = value;
  }

  /** The smallest; only while `size` is above 0. */
  pop(): number {
    const items = this.#items;
    const smallest = items[0]!;
    const last = items[--this.size]!;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= last) break;
      items[hole] = items[child]!;
      hole = child;
    }
    items[hole] = last;
    return smallest;
  }
}

/** The shortest cycle through each node that is on one and on no cycle already named. */
function findCycles(nodes: readonly GraphNode[], adjacency: Adjacency, sorted: readonly number[]): string[][] {
  const { before } = adjacency;
  const open = new Set(nodes.keys());
  for (const node of sorted) open.delete(node);
  peelLast(open, adjacency);
  const named = new Set<number>();
  const cycles: string[][] = [];
  for (const start of open) {
    if (named.has(start)) continue;
    const path = shortestCycle(start, before, open);
    for (const node of path) named.add(node);
    if (path.length > 0) cycles.push([...path, start].map((node) => nodes[node]!.name));
  }
  return cycles;
}

/** Takes out, one after the other, what nothing left comes after: it leads to a cycle, but is on none. */
function peelLast(open: Set<number>, { before, after }: Adjacency): void {
  const followers = after.map((nodes) => nodes.filter((node) => open.has(node)).length);
  const last = [...open].filter((node) => followers[node] === 0);
  for (let head = 0; head < last.length; head++) {
    open.delete(last[head]!);
    for (const target of before[last[head]!]!) if (open.has(target) && --followers[target]! === 0) last.push(target);
  }
}

/** Breadth first from `start` along its dependencies until it is met again; empty when it only leads to a cycle. */
function shortestCycle(start: number, before: Adjacency["before"], open: ReadonlySet<number>): number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!;
    for (const target of before[node]!) {
      if (target === start) return walkBack(node, start, cameFrom);
      if (!open.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      queue.push(target);
    }
  }
  return [];
}

function walkBack(end: number, start: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const path = [end];
  for (let node = end; node !== start; path.push(node)) node = cameFrom.get(node)!;
  return path.toReversed();
}
