import { plugin, type Probe } from "./probes.ts";

/** What a cell of docs/runtimes.md says, found out by running it. */
type Difference = (probe: Probe) => Promise<string>;

const codeIn = (output: string): string => {
  const code = /"code":"((?:BUS|PLUGIN|MANIFEST|INTERNAL)\w*)"/.exec(output)?.[1];
  if (code === undefined) throw new Error(`no code in:\n${output}`);
  return `\`${code}\``;
};

/** Whether `backplane check` takes what was written. */
async function check(probe: Probe): Promise<string> {
  const { code, output } = await probe.backplane("check", "--json");
  return code === 0 ? "runs" : codeIn(output);
}

const FREE_PORTS = { publish_port: 0, subscribe_port: 0 };

/** Starts built-in plugins, by their configs, in a host program. */
async function startBuiltins(probe: Probe, configs: Readonly<Record<string, object>>): Promise<string> {
  const plugins = Object.fromEntries(Object.entries(configs).map(([name, config]) => [name, { config }]));
  const core = { system: { data_dir: "data" }, api_gateway: { port: 0, plugins } };
  await probe.write({ "core.yaml": JSON.stringify({ core }) });
  const { output } = await probe.runHost(
    "for (const { state, cause } of results) console.log(state, JSON.stringify({ code: cause?.cause?.code }));",
  );
  return output === "running {}\n".repeat(Object.keys(configs).length) ? "runs" : codeIn(output);
}

async function syntaxPosition(probe: Probe, file: string): Promise<string> {
  await probe.writeSample(file, "export default class {\n  sample() { return 1 +; }\n}\n");
  const { output } = await probe.backplane("check", "--json");
  const { failures } = JSON.parse(output) as { failures: { place: { line?: number; column?: number } | null }[] };
  const place = failures[0]?.place;
  if (place?.line !== 2) return place?.line === undefined ? "no place" : "another line";
  return place.column === undefined ? "line" : "line, column";
}

/** Lets an error escape from a timer of a plugin. */
async function stray(probe: Probe, making: string): Promise<string> {
  await probe.writeSample("sample.mjs", plugin(`start() { setTimeout(() => { ${making} }, 10); }`));
  const { code } = await probe.start(["PLUGIN_STRAY_ERROR", "SIGTERM"]);
  return code === 0 ? "blamed on it" : `exit code ${code}`;
}

const NO_STACK = `const lost = new Error("lost"); lost.stack = "Error: lost";`;

/** By the names of the rows. */
export const differences: Readonly<Record<string, Difference>> = {
  "TypeScript plugin, by the command": async (probe) => {
    await probe.writeSample("sample.ts", plugin("typed: number = 1;"));
    return await check(probe);
  },
  "the same in a host program": async (probe) => {
    await probe.writeSample("sample.ts", plugin("typed: number = 1;"));
    const tell = "console.log(result.state);";
    const bare = await probe.runHost(tell);
    if (bare.output.startsWith("running")) return "runs";
    const loader = new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url).href;
    const { output } = await probe.runHost(tell, "--import", loader);
    return output.startsWith("running") ? "needs `--import tsx`" : output;
  },
  "the same with an `enum`": async (probe) => {
    await probe.writeSample("sample.ts", plugin("level = Level.Low;", "enum Level { Low }"));
    return await check(probe);
  },
  "syntax error in TypeScript": async (probe) => await syntaxPosition(probe, "sample.ts"),
  "syntax error in JavaScript": async (probe) => await syntaxPosition(probe, "sample.mjs"),
  "top-level `await` that never settles": async (probe) => {
    const never = plugin("", "await new Promise(() => {});");
    await probe.writeSample("sample.mjs", never, { timeouts: { import_ms: 100 } });
    const { code, output } = await probe.backplane("check", "--json");
    return code === 78 ? codeIn(output) : `exit code ${code}`;
  },
  "stray error, its plugin in the stack": async (probe) =>
    await stray(probe, `void Promise.reject(new Error("lost"));`),
  "stray exception, no plugin in the stack": async (probe) => await stray(probe, `${NO_STACK} throw lost;`),
  "stray rejection, no plugin in the stack": async (probe) =>
    await stray(probe, `${NO_STACK} void Promise.reject(lost);`),
  "exit code after SIGTERM": async (probe) => {
    await probe.writeSample("sample.mjs", plugin(""));
    return String((await probe.start(["Start has settled", "SIGTERM"])).code);
  },
  "exit code after a second signal": async (probe) => {
    const never = plugin("stop() { return new Promise(() => {}); }");
    await probe.writeSample("sample.mjs", never, { timeouts: { stop_ms: 60_000 } });
    return String((await probe.start(["Start has settled", "SIGTERM"], ["Stopping", "SIGINT"])).code);
  },
  "server behind `listen: true`": async (probe) => {
    await probe.writeSample("sample.mjs", plugin(""));
    const { output } = await probe.runHost(`const { default: http } = await import("node:http");
const emit = http.Server.prototype.emit;
let server = "another";
http.Server.prototype.emit = function (name, ...args) {
  if (name === "request") server = "node:http";
  return emit.call(this, name, ...args);
};
await (await fetch(runtime.url + "/api/v1/admin/health/live")).text();
console.log(server);`);
    return output.trim();
  },
  "plugin `database`": async (probe) => await startBuiltins(probe, { database: {} }),
  "plugin `message_bus`": async (probe) => await startBuiltins(probe, { message_bus: FREE_PORTS }),
  "its engine `native`": async (probe) =>
    await startBuiltins(probe, { message_bus: { engine: "native", ...FREE_PORTS } }),
  "plugin `log_consumer`": async (probe) =>
    await startBuiltins(probe, { database: {}, message_bus: FREE_PORTS, log_consumer: {} }),
  "bus of `backplane/testing`": async (probe) => {
    await probe.writeSample("sample.mjs", plugin(""));
    const { output } = await probe.runHost(`const { testPlugin } = await import("backplane/testing");
const { BusinessPlugin } = await import("backplane");
const { logEntry, messageBus } = await import("backplane/plugins/message_bus");
class Sender extends BusinessPlugin {
  static metadata = { name: "Sender", version: "1.0.0", description: "for a test", requires: [messageBus] };
  async start() {
    const entry = { time: 0, level: "info", subsystem: "a", module: "b", message: "c", topic: "logs.a.b" };
    await this.requireService(messageBus).publish("logs.a.b", logEntry, entry);
  }
}
const kit = testPlugin(Sender);
await kit.start();
if ((await kit.bus.expect("logs.*")).topic === "logs.a.b") console.log("runs");
await kit[Symbol.asyncDispose]();`);
    return output.trim();
  },
};
