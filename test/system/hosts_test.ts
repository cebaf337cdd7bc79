import { join } from "node:path";
import { test } from "node:test";
import { checkHost, hosts } from "./host_program.ts";

for (const [name, signal] of [
  ["hono", "SIGTERM"],
  ["node_http", "SIGINT"],
  ["express", "SIGTERM"],
] as const) {
  test(`examples/hosts/${name}.ts serves its own page and the runtime's routes, and ends on ${signal} with 0`, async (t) => {
    await checkHost(t, process.execPath, ["--import", "tsx", join(hosts, `${name}.ts`)], signal);
  });
}
