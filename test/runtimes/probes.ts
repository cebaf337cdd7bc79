import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { tempDir } from "../temp_dir.ts";
import { binaryOf } from "./binaries.ts";

/** The columns of docs/runtimes.md. The tests run on Node 20 by themselves. */
export const columns = ["Node 20", "Node 26", "Bun", "Deno"] as const;
export type Column = (typeof columns)[number];

const project = fileURLToPath(new URL("../../", import.meta.url));
const api = new URL("../../dist/mod.js", import.meta.url).href;
const bin = join(project, "dist/runtime/cli/backplane.js");

/** What a process gets: nothing of the tests around it. */
const { NODE_TEST_CONTEXT: _, NODE_V8_COVERAGE: __, BACKPLANE_MANIFEST: ___, ...inherited } = process.env;
const env = { ...inherited, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };

function commandOf(column: Column, permissions: readonly string[]): readonly [string, ...string[]] {
  if (column === "Node 20") return [process.execPath];
  if (column === "Deno") return [binaryOf("deno"), "run", "--no-prompt", ...permissions];
  return [binaryOf(column === "Bun" ? "bun" : "node26")];
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A folder of its own, and processes in it on one of the runtimes. */
export class Probe {
  readonly #context: TestContext;
  readonly #command: readonly [string, ...string[]];
  readonly folder: string;

  private constructor(context: TestContext, command: readonly [string, ...string[]], folder: string) {
    this.#context = context;
    this.#command = command;
    this.folder = folder;
  }

  /** @param permissions for Deno, the only one that asks */
  static async make(context: TestContext, column: Column, permissions = ["--allow-all"]): Promise<Probe> {
    return new Probe(context, commandOf(column, permissions), await tempDir(context));
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, path)), { recursive: true });
      await writeFile(join(this.folder, path), text);
    }
  }

  /** Makes a package a dependency of what is in the folder, as npm does. */
  async install(name: string, from: string): Promise<void> {
    await this.write({ "package.json": JSON.stringify({ type: "module", dependencies: { [name]: "*" } }) });
    await mkdir(join(this.folder, "node_modules"), { recursive: true });
    await rm(join(this.folder, "node_modules", name), { force: true });
    await symlink(from, join(this.folder, "node_modules", name));
  }

  /** A manifest of one plugin in a file of this name; `entry` may say more about it. */
  async writeSample(file: string, text: string, entry: object = {}): Promise<void> {
    const plugins = { sample: { module: `./${file}`, ...entry } };
    await this.write({
      [file]: text,
      "core.yaml": JSON.stringify({ core: { api_gateway: { port: 0, plugins } } }),
    });
  }

  /** @param seen called with the process and all it has written, whenever it writes */
  async run(args: readonly string[], seen: (child: ChildProcess, output: string) => void = () => {}): Promise<Ended> {
    const [command, ...own] = this.#command;
    const child = spawn(command, [...own, ...args], { cwd: this.folder, env });
    this.#context.after(() => void child.kill("SIGKILL"));
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => seen(child, (output += text)));
    }
    return await new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
  }

  /** Runs `main.mjs`: a host program that starts the manifest, then does what `body` says. */
  async runHost(body: string, ...options: readonly string[]): Promise<Ended> {
    await this.install("backplane", project);
    const text = `import { createRuntime } from "backplane";
const runtime = createRuntime({ manifest: "core.yaml", listen: true });
const results = await runtime.start();
const [result] = results;
${body}
await runtime.stop();
process.exit(0);
`;
    await this.write({ "main.mjs": text });
    return await this.run([...options, "main.mjs"]);
  }

  async backplane(...args: readonly string[]): Promise<Ended> {
    return await this.run([bin, ...args]);
  }

  /** Runs `backplane start`, and sends it these signals one after the other, each once it shows the text. */
  async start(...signals: readonly (readonly [text: string, signal: NodeJS.Signals])[]): Promise<Ended> {
    const left = [...signals];
    return await this.run([bin, "start", "--json"], (child, output) => {
      if (left.length > 0 && output.includes(left[0]![0])) child.kill(left.shift()![1]);
    });
  }
}

/** A plugin of these members, before the class what `head` says. */
export function plugin(members: string, head = ""): string {
  return `import { BusinessPlugin } from ${JSON.stringify(api)};
${head}
export default class Sample extends BusinessPlugin {
  static metadata = { name: "Sample", version: "1.0.0", description: "for a test" };
  ${members}
}
`;
}
