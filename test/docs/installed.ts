import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Machine } from "./machine.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Makes the machine's folder a program's, with the package and these others installed in it. */
export function install(machine: Machine, others: readonly string[] = []): void {
  const modules = machine.path(join(machine.folder, "node_modules"));
  mkdirSync(join(modules, ".bin"), { recursive: true });
  symlinkSync(project, join(modules, "backplane"));
  symlinkSync(join(project, "dist", "runtime", "cli", "backplane.js"), join(modules, ".bin", "backplane"));
  for (const name of others) symlinkSync(join(project, "node_modules", name), join(modules, name));
  machine.write(join(machine.folder, "package.json"), '{ "type": "module" }\n');
}
