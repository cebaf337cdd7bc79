import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { runtimeArguments, sendSignal } from "../this_runtime.ts";

const bin = fileURLToPath(new URL("../../runtime/cli/backplane.js", import.meta.url));

/** The default plugins on free ports, in a folder of the test's own. */
export async function writeManifest(folder: string, plugins: Record<string, object> = {}): Promise<string> {
  const file = join(folder, "core.yaml");
  const entries = {
    database: { critical: true },
    message_bus: { critical: true, config: { publish_port: 0, subscribe_port: 0 } },
    log_consumer: {},
    ...plugins,
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ core: { api_gateway: { port: 0, plugins: entries } } }, undefined, 2));
  return file;
}

/** A running `backplane start`, seen from outside. Whoever launched it stops or kills it. */
export class Instance {
  readonly process: ChildProcess;
  readonly lines: string[] = [];
  readonly folder: string;
  readonly #url: Promise<string>;
  readonly #ready: Promise<void>;

  private constructor(folder: string, manifest: string) {
    this.folder = folder;
    this.process = spawn(process.execPath, runtimeArguments(bin, "start", manifest, "--json"), {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const seen = (pattern: RegExp): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = (line: string): void => {
          const found = pattern.exec(line);
          if (found !== null) resolve(found[1] ?? "");
        };
        createInterface({ input: this.process.stdout! }).on("line", look);
        this.process.once("exit", () => reject(new Error(`ended early:\n${this.lines.join("\n")}`)));
      });
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      createInterface({ input: stream }).on("line", (line) => this.lines.push(line));
    }
    this.#url = seen(/"url":"(http:[^"]+)"/);
    this.#ready = seen(/Start has settled/).then(() => undefined);
    this.#url.catch(() => undefined);
    this.#ready.catch(() => undefined);
  }

  /** Resolves when everything has started. */
  static async launch(folder: string, manifest: string): Promise<Instance> {
    const instance = new Instance(folder, manifest);
    await instance.#ready;
    return instance;
  }

  async get(path: string, accept = "application/json"): Promise<Response> {
    const token = (await readFile(join(this.folder, "data", "admin.token"), "utf8")).trim();
    return await fetch(`${await this.#url}/api/v1/admin${path}`, {
      headers: { authorization: `Bearer ${token}`, accept },
    });
  }

  /** What the plugin's own health check tells. */
  async detail(plugin: string): Promise<Record<string, unknown>> {
    const body = (await (await this.get(`/plugins/${plugin}/health`)).json()) as { detail: Record<string, unknown> };
    return body.detail;
  }

  /** Ports of the broker. */
  async ports(): Promise<{ readonly publishPort: number; readonly subscribePort: number }> {
    const { publish, subscribe } = await this.detail("message_bus");
    const portOf = (endpoint: unknown): number => Number(String(endpoint).split(":").at(-1));
    return { publishPort: portOf(publish), subscribePort: portOf(subscribe) };
  }

  /** @returns the exit code, or the signal's name */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> {
    const ended = this.process.exitCode ?? this.process.signalCode;
    if (ended !== null) return ended;
    const exited = once(this.process, "exit");
    sendSignal(this.process, signal);
    const [code, name] = (await exited) as [number | null, string | null];
    return code ?? name ?? "";
  }
}

/** Asks until the answer is good; the deadline is only there so that a broken build ends. */
export async function until(good: () => boolean | Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await good())) {
    if (performance.now() > deadline) throw new Error(`not so within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
