import toposort from "toposort";

export function prepare(graph) {
  const names = graph.map((_, index) => `plugin_${index}`);
  const edges = graph.flatMap((needs, index) => needs.map((need) => [names[need], names[index]]));
  return () => toposort.array(names, edges);
}
