import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test, type TestContext } from "node:test";
import { freePorts } from "../system/command_line.ts";
import { plugin, Probe } from "./probes.ts";

const page = await readFile(new URL("../../docs/runtimes.md", import.meta.url), "utf8");
/** The rows of the table: a command, the plugin it is with, and the permissions. */
const rows = [
  ...page.matchAll(
    /^\| `(\w+)`(?:, `(\w+)`)?(?: with (?:the plugin|what) `(\w+)`(?: writes)?)? +\| `(--allow-[^`]+)` +\|$/gm,
  ),
];

test("docs/runtimes.md tells the permissions of check, plan and start, with one's own plugins and with those built in", () => {
  assert.deepEqual(
    rows.map(([, command, other, name]) => [command, other, name]),
    [
      ["check", "plan", undefined],
      ["start", undefined, undefined],
      ["start", undefined, "message_bus"],
      ["check", undefined, "database"],
      ["start", undefined, "database"],
      ["start", undefined, "init"],
    ],
  );
});

function pluginsOf(name: string | undefined, publish_port: number, subscribe_port: number): object {
  const message_bus = { config: { publish_port, subscribe_port } };
  if (name === undefined) return { sample: { module: "./sample.ts" } };
  if (name === "init") return { database: {}, message_bus, log_consumer: {} };
  return name === "message_bus" ? { message_bus } : { [name]: {} };
}

/** Whether the command does its work; the least that Deno refuses makes a plugin or the whole fail. */
async function works(t: TestContext, verb: string, name: string | undefined, permissions: string[]): Promise<boolean> {
  const [port = 0, publish = 0, subscribe = 0] = await freePorts(3);
  const free = new Map([":8771", ":5555", ":5556"].map((given, at) => [given, [port, publish, subscribe][at]]));
  const flags = permissions.map((flag) => flag.replaceAll(/:\d+/g, (given) => `:${free.get(given)}`));
  const probe = await Probe.make(t, "Deno", flags);
  const core = { system: { data_dir: "data" }, api_gateway: { port, plugins: pluginsOf(name, publish, subscribe) } };
  await probe.write({ "sample.ts": plugin(""), "core.yaml": JSON.stringify({ core }) });
  if (verb !== "start") return (await probe.backplane(verb)).code === 0;
  const { code, output } = await probe.start(["Start has settled", "SIGTERM"]);
  return code === 0 && !output.includes('"failures"');
}

/** Each permission taken out in its turn: of a list, each of its members. */
function* oneLess(permissions: readonly string[]): Generator<{ readonly without: string; readonly fewer: string[] }> {
  for (const [index, flag] of permissions.entries()) {
    const [kind, list = ""] = flag.split("=");
    for (const member of list.split(",")) {
      const rest = list.split(",").filter((kept) => kept !== member);
      const kept = rest.length > 0 ? [`${kind}=${rest.join(",")}`] : [];
      yield { without: `${kind}=${member}`, fewer: permissions.toSpliced(index, 1, ...kept) };
    }
  }
}

for (const [, command, other, name, flags] of rows) {
  for (const verb of [command!, ...(other === undefined ? [] : [other])]) {
    const whose =
      name === undefined ? "a plugin of one's own" : name === "init" ? "what init writes" : `the plugin ${name}`;
    test(`on Deno ${verb} with ${whose} works with what docs/runtimes.md says, and with nothing less`, async (t) => {
      const permissions = flags!.split(" ");
      assert.equal(await works(t, verb, name, permissions), true);
      for (const { without, fewer } of oneLess(permissions)) {
        assert.equal(await works(t, verb, name, fewer), false, `without ${without}`);
      }
    });
  }
}

test("on Deno a port that message_bus may not listen on is told with the flag that allows it", async (t) => {
  const [port = 0, publish = 0, subscribe = 0] = await freePorts(3);
  const permissions = ["--allow-read", "--allow-env", "--allow-sys=uid", "--allow-write=data"];
  const probe = await Probe.make(t, "Deno", [...permissions, `--allow-net=127.0.0.1:${port},127.0.0.1:${publish}`]);
  const plugins = pluginsOf("message_bus", publish, subscribe);
  const core = { system: { data_dir: "data" }, api_gateway: { port, plugins } };
  await probe.write({ "core.yaml": JSON.stringify({ core }) });
  const { output } = await probe.start(["Start has settled", "SIGTERM"]);
  assert.match(output, /"code":"BUS_BIND_FAILED"/);
  assert.match(output, new RegExp(`"remedy":"Start Deno with --allow-net=127\\.0\\.0\\.1:${subscribe}\\."`));
});
