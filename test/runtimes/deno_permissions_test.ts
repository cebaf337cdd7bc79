import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test, type TestContext } from "node:test";
import { freePort } from "../system/command_line.ts";
import { plugin, Probe } from "./probes.ts";

const page = await readFile(new URL("../../docs/runtimes.md", import.meta.url), "utf8");
/** The rows of the table: a command, the plugin it is with, and the permissions. */
const rows = [...page.matchAll(/^\| `(\w+)`(?:, `(\w+)`)?(?: with the plugin `(\w+)`)? +\| `(--allow-[^`]+)` +\|$/gm)];

test("docs/runtimes.md tells the permissions of check, plan and start, without and with database", () => {
  assert.deepEqual(
    rows.map(([, command, other, name]) => [command, other, name]),
    [
      ["check", "plan", undefined],
      ["start", undefined, undefined],
      ["check", undefined, "database"],
      ["start", undefined, "database"],
    ],
  );
});

/** Whether the command does its work; the least that Deno refuses makes a plugin or the whole fail. */
async function works(t: TestContext, verb: string, name: string | undefined, permissions: string[]): Promise<boolean> {
  const port = await freePort();
  const flags = permissions.map((flag) => flag.replace(/:8771$/, `:${port}`));
  const probe = await Probe.make(t, "Deno", flags);
  const plugins = name === undefined ? { sample: { module: "./sample.ts" } } : { [name]: {} };
  const core = { system: { data_dir: "data" }, api_gateway: { port, plugins } };
  await probe.write({ "sample.ts": plugin(""), "core.yaml": JSON.stringify({ core }) });
  if (verb !== "start") return (await probe.backplane(verb)).code === 0;
  const { code, output } = await probe.start(["Start has settled", "SIGTERM"]);
  return code === 0 && !output.includes('"failures"');
}

for (const [, command, other, name, flags] of rows) {
  for (const verb of [command!, ...(other === undefined ? [] : [other])]) {
    const whose = name === undefined ? "a plugin of one's own" : `the plugin ${name}`;
    test(`on Deno ${verb} with ${whose} works with what docs/runtimes.md says, and with nothing less`, async (t) => {
      const permissions = flags!.split(" ");
      assert.equal(await works(t, verb, name, permissions), true);
      for (const flag of permissions) {
        const fewer = permissions.filter((kept) => kept !== flag);
        assert.equal(await works(t, verb, name, fewer), false, `without ${flag}`);
      }
    });
  }
}
