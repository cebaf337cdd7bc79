/** One import after another. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startAll } from "./start_all.js";

export async function load(folder, files) {
  const modules = [];
  for (const file of files) modules.push(await import(pathToFileURL(join(folder, file)).href));
  return startAll(modules);
}
