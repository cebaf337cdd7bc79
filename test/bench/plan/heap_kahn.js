/** The graph work under the plan alone: Kahn's algorithm with a binary heap, priorities inherited; names in and out. */
import { orderGraph } from "../../../dist/runtime/graph.js";

export function prepare(graph) {
  const nodes = graph.map((needs, index) => ({
    name: `plugin_${index}`,
    priority: 40,
    after: needs.map((need) => `plugin_${need}`),
  }));
  return () => orderGraph(nodes).order.map(({ name }) => name);
}
