import { DirectedGraph } from "graphology";
import { topologicalSort } from "graphology-dag";

export function prepare(graph) {
  const names = graph.map((_, index) => `plugin_${index}`);
  return () => {
    const directed = new DirectedGraph();
    for (const name of names) directed.addNode(name);
    for (const [index, needs] of graph.entries()) {
      for (const need of needs) directed.addDirectedEdge(names[need], names[index]);
    }
    return topologicalSort(directed);
  };
}
