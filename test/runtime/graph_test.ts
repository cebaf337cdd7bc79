import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type GraphNode, orderGraph } from "../../runtime/graph.ts";

const node = (name: string, after: readonly string[] = [], priority = 40): GraphNode => ({ name, priority, after });
const names = (nodes: readonly GraphNode[]): string[] => orderGraph(nodes).order!.map(({ name }) => name);

/** Any edges at all: cycles, self-edges, names that are not there. */
const anyGraph: fc.Arbitrary<GraphNode[]> = fc.integer({ min: 0, max: 12 }).chain((count) =>
  fc.tuple(
    ...Array.from({ length: count }, (_, index) =>
      fc
        .tuple(fc.constantFrom(10, 20, 30), fc.array(fc.nat(Math.max(0, count)), { maxLength: 3 }))
        .map(([priority, after]) =>
          node(
            `n${index}`,
            after.map((to) => `n${to}`),
            priority,
          ),
        ),
    ),
  ),
);

const acyclicGraph = anyGraph
  .map((nodes) => nodes.map((one, index) => ({ ...one, after: one.after.filter((to) => Number(to.slice(1)) < index) })))
  .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }));

test("dependencies win over priority, priority over place in the list", () => {
  assert.deepEqual(names([node("c", [], 50), node("b", ["d"], 10), node("a", [], 40), node("d", [], 50)]), [
    "d",
    "b",
    "a",
    "c",
  ]);
});

test("ties keep the order of the list", () => {
  assert.deepEqual(names([node("z"), node("a"), node("m")]), ["z", "a", "m"]);
});

test("a dependency inherits the smallest priority of all that depends on it, and names whose it is", () => {
  const { order } = orderGraph([node("a", ["b"], 10), node("b", ["c"], 30), node("c", [], 50), node("d", [], 20)]);
  assert.deepEqual(
    order!.map(({ name, effectivePriority, inheritedFrom }) => [name, effectivePriority, inheritedFrom]),
    [
      ["c", 10, "a"],
      ["b", 10, "a"],
      ["a", 10, undefined],
      ["d", 20, undefined],
    ],
  );
});

test("a cycle is a closed path in the direction of the dependencies", () => {
  assert.deepEqual(orderGraph([node("a", ["b"]), node("b", ["c"]), node("c", ["a"])]).cycles, [["a", "b", "c", "a"]]);
});

test("a node that waits for itself is a cycle", () => {
  assert.deepEqual(orderGraph([node("a", ["a"]), node("b")]).cycles, [["a", "a"]]);
});

test("what only leads to a cycle, or stands between two, is not named", () => {
  const graph = [
    node("a", ["b"]),
    node("b", ["a"]),
    node("between", ["a"]),
    node("c", ["d", "between"]),
    node("d", ["c"]),
    node("after", ["c"]),
  ];
  assert.deepEqual(orderGraph(graph).cycles, [
    ["a", "b", "a"],
    ["c", "d", "c"],
  ]);
});

test("names that are not in the graph are ignored, and a name twice counts once", () => {
  assert.deepEqual(names([node("a", ["nobody", "b", "b"]), node("b")]), ["b", "a"]);
});

test("the order names every node once and respects every edge", () => {
  fc.assert(
    fc.property(acyclicGraph, (nodes) => {
      const place = new Map(names(nodes).map((name, index) => [name, index]));
      assert.equal(place.size, nodes.length);
      for (const { name, after } of nodes) {
        for (const to of after) if (place.has(to)) assert.ok(place.get(to)! < place.get(name)!, `${to} before ${name}`);
      }
    }),
  );
});

test("effective priority is the smallest own priority of the node and all that depends on it", () => {
  fc.assert(
    fc.property(acyclicGraph, (nodes) => {
      const dependents = (name: string): GraphNode[] => {
        const direct = nodes.filter(({ after }) => after.includes(name));
        return [...direct, ...direct.flatMap((one) => dependents(one.name))];
      };
      const own = new Map(nodes.map(({ name, priority }) => [name, priority]));
      for (const { name, effectivePriority, inheritedFrom } of orderGraph(nodes).order!) {
        const expected = Math.min(own.get(name)!, ...dependents(name).map(({ priority }) => priority));
        assert.equal(effectivePriority, expected);
        assert.equal(inheritedFrom === undefined, own.get(name) === effectivePriority);
        if (inheritedFrom !== undefined) {
          assert.equal(own.get(inheritedFrom), effectivePriority);
          assert.ok(dependents(name).some((one) => one.name === inheritedFrom));
        }
      }
    }),
  );
});

test("of two nodes that could both come next the one with the smaller effective priority, then place, comes first", () => {
  fc.assert(
    fc.property(acyclicGraph, (nodes) => {
      const { order } = orderGraph(nodes);
      const place = new Map(nodes.map(({ name }, index) => [name, index]));
      const done = new Set<string>();
      const key = ({ name, effectivePriority }: { name: string; effectivePriority: number }): number =>
        effectivePriority * 1_000 + place.get(name)!;
      for (const [index, next] of order!.entries()) {
        for (const other of order!.slice(index + 1)) {
          const free = nodes[place.get(other.name)!]!.after.every((to) => !place.has(to) || done.has(to));
          if (free) assert.ok(key(next) < key(other), `${next.name} before ${other.name}`);
        }
        done.add(next.name);
      }
    }),
  );
});

test("every node on a cycle is named in a path that is one, and there are paths exactly when there is a cycle", () => {
  fc.assert(
    fc.property(anyGraph, (nodes) => {
      const after = new Map(nodes.map((one) => [one.name, one.after.filter((to) => nodes.some((n) => n.name === to))]));
      const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
        after.get(from)!.some((next) => {
          if (next === to) return true;
          if (seen.has(next)) return false;
          seen.add(next);
          return reaches(next, to, seen);
        });
      const onCycle = nodes.filter(({ name }) => reaches(name, name)).map(({ name }) => name);
      const { cycles = [] } = orderGraph(nodes);
      assert.deepEqual([...new Set(cycles.flat())].toSorted(), onCycle.toSorted());
      for (const path of cycles) {
        assert.equal(path[0], path.at(-1));
        assert.equal(new Set(path).size, path.length - 1, "no node twice but the ends");
        for (const [index, from] of path.slice(0, -1).entries()) assert.ok(after.get(from)!.includes(path[index + 1]!));
      }
    }),
  );
});

for (const [shape, after] of [
  ["a chain", (i: number): string[] => (i === 0 ? [] : [`n${i - 1}`])],
  [
    "three dependencies each",
    (i: number): string[] => [`n${i >> 1}`, `n${i >> 2}`, `n${i >> 3}`].filter((to) => to !== `n${i}`),
  ],
  ["one ring", (i: number): string[] => [`n${(i + 99_999) % 100_000}`]],
  ["a chain after a cycle", (i: number): string[] => (i === 0 ? ["n1"] : [`n${i - 1}`])],
] as const) {
  test(`100,000 nodes, ${shape}, are ordered without exhausting the stack`, () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) => node(`n${i}`, after(i)));
    const { order, cycles } = orderGraph(nodes);
    assert.equal(order?.length ?? cycles!.length, order === undefined ? 1 : 100_000);
  });
}
