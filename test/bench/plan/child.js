/** Orders so many plugins with three dependencies each: `node child.js <contestant> <plugins>`. */
import { dependencyGraph } from "../boot/graph.js";
import { finish, measureRepeated } from "../harness/measure.js";

const [contestant, plugins] = process.argv.slice(2);
const { prepare } = await import(`./${contestant}.js`);
const graph = dependencyGraph(Number(plugins), 3);
const order = prepare(graph);
const figures = await measureRepeated(order);
const places = new Map(order().map((name, place) => [name, place]));
for (const [index, needs] of graph.entries()) {
  const late = needs.find((need) => !(places.get(`plugin_${need}`) < places.get(`plugin_${index}`)));
  if (late !== undefined) throw new Error(`${contestant} puts plugin_${index} before plugin_${late}`);
}
finish(figures);
