#!/usr/bin/env node
// Plain JavaScript, so that any Node can begin here. The program is main.ts beside it, or main.js in a build.
import { existsSync } from "node:fs";
import process from "node:process";

const fromSource = existsSync(new URL("./main.ts", import.meta.url));
const loadsPlugins = ["start", "check", "plan"].includes(process.argv[2] ?? "");

if ((fromSource || loadsPlugins) && !stripsTypes()) {
  const [{ register }, tsx] = await Promise.all([import("node:module"), import("tsx/esm/api")]);
  tsx.register();
  register("./typescript_modules.js", import.meta.url);
}

const { main } = await import(fromSource ? "./main.ts" : "./main.js");
await main(process.argv.slice(2));

/** Node strips types by itself from 22.18 on, but never inside node_modules. */
function stripsTypes() {
  if (process.versions.bun !== undefined || process.versions.deno !== undefined) return true;
  return Boolean(process.features.typescript) && !import.meta.url.includes("/node_modules/");
}
