// A program of its own with three runtimes: one with a plugin that fails, two of the same module file whose errors
// escape. Argument: a folder. Tells where they listen in one line of JSON; the line "stop third" stops the third.
import { join } from "node:path";
import { createInterface } from "node:readline";
import { blameAmong, BusinessPlugin, createRuntime, type Runtime } from "../../mod.ts";

const folder = process.argv[2]!;

class Failing extends BusinessPlugin {
  static override readonly metadata = { name: "Failing", version: "1.0.0", description: "Cannot start" };
  override start(): never {
    throw new Error("no luck");
  }
}

function make(name: string): Runtime {
  const plugins = {
    ...(name === "first" ? { failing: {} } : {}),
    escaping: { module: "./several_runtimes_plugin.mjs" },
  };
  const system = { data_dir: join(folder, name), attribution: "context" };
  return createRuntime({
    manifestObject: { core: { system, api_gateway: { port: 0, plugins } } },
    baseDir: import.meta.dirname,
    plugins: name === "first" ? { failing: Failing } : {},
    listen: true,
    handleSignals: true,
    logger: ({ level, message }) => void (level === "error" && process.stderr.write(`${name}: ${message}\n`)),
  });
}

const runtimes = ["first", "second", "third"].map(make);
process.on("uncaughtException", (error) => {
  if (blameAmong(runtimes, error)) return;
  process.stderr.write(`nobody's: ${String(error)}\n`);
  process.exit(1);
});
await Promise.all(runtimes.map((runtime) => runtime.start()));
process.stdout.write(`${JSON.stringify(runtimes.map(({ url }) => url))}\n`);
createInterface({ input: process.stdin }).once(
  "line",
  () => void runtimes[2]!.stop().then(() => process.stdin.destroy()),
);
