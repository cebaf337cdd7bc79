/** Boots so many no-op plugins once: `node child.js <contestant> <plugins> <dependencies each>`. */
import { finish, measure } from "../harness/measure.js";
import { dependencyGraph } from "./graph.js";

const [contestant, plugins, each] = process.argv.slice(2);
const { prepare } = await import(`./${contestant}.js`);
const graph = dependencyGraph(Number(plugins), Number(each));
const { boot, check } = await prepare(graph);
const figures = await measure(boot);
const started = await check();
if (started !== graph.length) throw new Error(`${contestant} started ${started} of ${plugins} plugins`);
finish(figures);
