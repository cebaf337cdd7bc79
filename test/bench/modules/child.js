/** Loads and starts all modules of a folder once: `node child.js <contestant> <folder>`. */
import { readdirSync } from "node:fs";
import { finish, measure } from "../harness/measure.js";

const [contestant, folder] = process.argv.slice(2);
const { load } = await import(`./${contestant}.js`);
// The base class that every module imports is not what is measured.
await import("../../../dist/mod.js");
const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
let started = 0;
const figures = await measure(async () => (started = await load(folder, files)));
if (started !== files.length) throw new Error(`${contestant} started ${started} of ${files.length} plugins`);
finish(figures);
