import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runtimeArguments, sendSignal } from "../this_runtime.ts";

const bin = fileURLToPath(new URL("../../runtime/cli/backplane.js", import.meta.url));
const api = pathToFileURL(fileURLToPath(new URL("../../mod.ts", import.meta.url))).href;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The code of the error that standard error shows. */
  readonly error: string | undefined;
}

const ERROR_CODE = /^(?:error |\{"error":\{"code":")([A-Z_]+)/m;

/** A command line under way, in a process of its own. It is killed when the test ends. */
export class CommandLine {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  #stdout = "";
  #stderr = "";
  readonly #watchers = new Set<() => void>();

  constructor(context: Pick<TestContext, "after">, args: readonly string[], options: CommandLineOptions = {}) {
    this.process = spawn(process.execPath, runtimeArguments(bin, ...args), {
      cwd: options.cwd,
      env: { ...process.env, BACKPLANE_MANIFEST: "", BACKPLANE_ADMIN_TOKEN: "", ...options.env },
      stdio: "pipe",
    });
    context.after(() => void this.process.kill("SIGKILL"));
    this.process.stdout!.setEncoding("utf8").on("data", (text: string) => this.#take(() => (this.#stdout += text)));
    this.process.stderr!.setEncoding("utf8").on("data", (text: string) => this.#take(() => (this.#stderr += text)));
    if (options.input !== undefined) this.process.stdin!.end(options.input);
    this.process.stdin!.on("error", () => undefined);
    this.finished = new Promise((resolve) => {
      this.process.once("close", (code) => {
        const error = ERROR_CODE.exec(this.#stderr)?.[1];
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr, error });
      });
    });
  }

  /** Resolves once both streams together show this text. */
  async shows(text: string): Promise<void> {
    const seen = new Promise<void>((resolve, reject) => {
      const look = (): void => void ((this.#stdout + this.#stderr).includes(text) && resolve());
      this.#watchers.add(look);
      look();
      void this.finished.then(({ stdout, stderr }) => reject(new Error(`no "${text}" in:\n${stdout}\n${stderr}`)));
    });
    await seen;
  }

  kill(signal: NodeJS.Signals): void {
    sendSignal(this.process, signal);
  }

  #take(add: () => void): void {
    add();
    for (const look of this.#watchers) look();
  }
}

export interface CommandLineOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a command to its end. */
export async function run(
  context: Pick<TestContext, "after">,
  args: readonly string[],
  options: CommandLineOptions = {},
): Promise<Finished> {
  return await new CommandLine(context, args, { input: "", ...options }).finished;
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  return (await freePorts(1))[0]!;
}

/** Ports that nothing listens on, all different: one that was asked for after the other may be the same again. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, "close");
  }
  return ports;
}

/** Writes core.yaml with these plugins, on a free port unless `gateway` names one. @returns its path */
export async function writeCore(folder: string, plugins: object, gateway: object = {}, system: object = {}) {
  const path = join(folder, "core.yaml");
  const core = { system, api_gateway: { port: await freePort(), ...gateway, plugins } };
  await writeFile(path, JSON.stringify({ core }, undefined, 2));
  return path;
}

/** Writes a plugin of these members to `<name>.ts`. @returns its manifest entry */
export async function writePlugin(folder: string, name: string, members: string): Promise<{ module: string }> {
  const text = `import { BusinessPlugin } from ${JSON.stringify(api)};
export default class Sample extends BusinessPlugin {
  static override readonly metadata = { name: "Sample", version: "1.0.0", description: "for a test" };
  ${members}
}
`;
  await writeFile(join(folder, `${name}.ts`), text);
  return { module: `./${name}.ts` };
}

/** The lines of an output as JSON; throws when one is not. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
