import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const backplane = new URL("../../../dist/mod.js", import.meta.url).href;

/** Writes so many modules, each a no-op plugin, into a new folder. @returns the folder, to be removed by the caller */
export function writeModules(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "backplane-bench-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  for (let index = 0; index < count; index++) writeFileSync(join(folder, `plugin_${index}.js`), moduleText(index));
  return folder;
}

function moduleText(index: number): string {
  return `import { BusinessPlugin } from ${JSON.stringify(backplane)};

export default class Plugin${index} extends BusinessPlugin {
  static metadata = { name: "Plugin ${index}", version: "1.0.0", description: "Does nothing" };
  initialize() {}
  start() {}
  stop() {}
  healthCheck() {
    return { status: "healthy" };
  }
}
`;
}
