/** The bare loop: 64 imports at a time, as many as Backplane does. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startAll } from "./start_all.js";

const CHUNK = 64;

export async function load(folder, files) {
  const urls = files.map((file) => pathToFileURL(join(folder, file)).href);
  const modules = [];
  for (let from = 0; from < urls.length; from += CHUNK) {
    modules.push(...(await Promise.all(urls.slice(from, from + CHUNK).map((url) => import(url)))));
  }
  return startAll(modules);
}
