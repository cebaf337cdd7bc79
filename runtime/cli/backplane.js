#!/usr/bin/env node
// Plain JavaScript, so that any Node can begin here. The program is main.ts beside it, or main.js in a build.
import { existsSync } from "node:fs";
import process from "node:process";

const fromSource = existsSync(new URL("./main.ts", import.meta.url));
const needsTsx = fromSource && !stripsTypes();

if (needsTsx) await registerTsx({});
const { main } = await import(fromSource ? "./main.ts" : "./main.js");
// Plugins get what they would get from a runtime that strips types: nobody looks for a tsconfig.json.
await main(process.argv.slice(2), async () => needsTsx || (await registerTsx({ tsconfig: false })));

/** Node does from 22.18 on. */
function stripsTypes() {
  if (process.versions.bun !== undefined || process.versions.deno !== undefined) return true;
  return Boolean(process.features.typescript);
}

async function registerTsx(options) {
  const [{ register }, tsx] = await Promise.all([import("node:module"), import("tsx/esm/api")]);
  tsx.register(options);
  register("./typescript_modules.js", import.meta.url);
}
