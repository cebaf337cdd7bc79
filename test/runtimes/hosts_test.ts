import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkHost, hosts } from "../system/host_program.ts";
import { binaryOf } from "./binaries.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

function succeeds(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
}

test("examples/hosts/bun.ts, on Bun, serves its own page and the runtime's routes, and ends on SIGTERM with 0", async (t) => {
  await checkHost(t, binaryOf("bun"), [join(hosts, "bun.ts")], "SIGTERM");
});

test("examples/hosts/deno.ts, on Deno, serves its own page and the runtime's routes, and ends on SIGTERM with 0", async (t) => {
  await checkHost(t, binaryOf("deno"), ["run", "-A", join(hosts, "deno.ts")], "SIGTERM");
});

test("examples/hosts/bun.ts agrees with the types of Bun", () => {
  succeeds(process.execPath, [tsc, "-p", join(here, "tsconfig.bun.json")]);
});

test("examples/hosts/deno.ts agrees with the types of Deno", () => {
  succeeds(binaryOf("deno"), ["check", `--import-map=${join(here, "import_map.json")}`, join(hosts, "deno.ts")]);
});
