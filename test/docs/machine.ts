import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after } from "node:test";
import { freePorts } from "../system/command_line.ts";

/** Paths that the pages use as on a machine of their own, and the ports. */
const FOLDERS = ["/etc/backplane", "/var/lib", "/var/backups", "/opt/backplane"];
const PORTS = ["8771", "5555", "5556"];

/** What a command printed, both streams in the order of their arrival, in the page's own words. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** The machine that a page talks of: its folders below a temporary one, its ports free ones. Gone after the file's tests. */
export class Machine {
  readonly root: string;
  /** Where commands run, as the page would name it. */
  folder = "/opt/backplane";
  readonly #ports: readonly string[];
  readonly #ends: (() => Promise<unknown>)[] = [];
  #terminal: { readonly process: ChildProcess; output: string } | undefined;

  private constructor(ports: readonly string[]) {
    this.root = mkdtempSync(join(tmpdir(), "backplane-docs-"));
    this.#ports = ports;
    for (const folder of FOLDERS) mkdirSync(join(this.root, folder), { recursive: true });
    after(async () => {
      if (this.#terminal !== undefined) await this.closeTerminal("SIGKILL");
      for (const end of this.#ends) await end();
      rmSync(this.root, { recursive: true, force: true });
    });
  }

  static async make(): Promise<Machine> {
    return new Machine((await freePorts(PORTS.length)).map(String));
  }

  /** Called before the machine goes. */
  atEnd(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  /** The page's words -> what is true here. */
  here(text: string): string {
    const withPaths = FOLDERS.reduce((result, path) => result.replaceAll(path, join(this.root, path)), text);
    return PORTS.reduce((result, port, index) => {
      return result.replaceAll(new RegExp(`\\b${port}\\b`, "g"), this.#ports[index]!);
    }, withPaths);
  }

  /** And back. */
  told(text: string): string {
    const withPaths = text.replaceAll(this.root, "");
    return PORTS.reduce((result, port, index) => {
      return result.replaceAll(new RegExp(`\\b${this.#ports[index]!}\\b`, "g"), port);
    }, withPaths);
  }

  /** A path of the page, as it is here. */
  path(path: string): string {
    return join(this.root, path);
  }

  /** Writes a file that the page shows, in the page's words. */
  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), this.here(text));
  }

  /** Runs commands as they stand on the page; the first that fails ends them. */
  async run(commands: string, variables: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const child = this.#bash(this.here(commands), variables);
    let output = "";
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    const [status] = (await once(child, "close")) as [number | null];
    return { status, output: this.told(output) };
  }

  /** The same, and they must succeed. @returns what they printed */
  async succeed(commands: string, variables: NodeJS.ProcessEnv = {}): Promise<string> {
    const { status, output } = await this.run(commands, variables);
    assert.equal(status, 0, `${commands}\n${output}`);
    return output;
  }

  /** Runs a command that goes on, in the other terminal. @returns once it has printed what `pattern` says */
  async openTerminal(command: string, pattern: RegExp, variables: NodeJS.ProcessEnv = {}): Promise<string> {
    const terminal = { process: this.#bash(this.here(command), variables, true), output: "" };
    this.#terminal = terminal;
    await new Promise<void>((resolve, reject) => {
      const take = (text: string): void => {
        terminal.output += text;
        if (pattern.test(terminal.output)) resolve();
      };
      for (const stream of [terminal.process.stdout!, terminal.process.stderr!])
        stream.setEncoding("utf8").on("data", take);
      terminal.process.once("close", () => {
        this.#terminal = undefined;
        reject(new Error(`ended early:\n${terminal.output}`));
      });
    });
    return this.told(terminal.output);
  }

  /** As Ctrl-C does: the signal goes to everything in the terminal. @returns what it came to, once all has ended */
  async closeTerminal(signal: NodeJS.Signals = "SIGINT"): Promise<Outcome> {
    const open = this.#terminal;
    assert.ok(open, "a terminal is open");
    this.#terminal = undefined;
    const closed = once(open.process, "close");
    process.kill(-open.process.pid!, signal);
    const [status] = (await closed) as [number | null];
    return { status, output: this.told(open.output) };
  }

  #bash(commands: string, variables: NodeJS.ProcessEnv, detached = false): ChildProcess {
    return spawn("bash", ["-euo", "pipefail", "-c", commands], {
      cwd: this.path(this.folder),
      env: { ...cleanEnvironment(this.path("/bin")), ...variables },
      stdio: ["ignore", "pipe", "pipe"],
      detached,
    });
  }
}

/** Without what the run of these tests put there; npm takes what it needs from the cache that `npm ci` filled. */
function cleanEnvironment(bin: string): NodeJS.ProcessEnv {
  const own =
    /^(?:NODE_|BACKPLANE_|INIT_CWD$|npm_(?:package|lifecycle)_|npm_(?:command|execpath)$|npm_config_local_prefix$)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  const path = (env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.endsWith(join("node_modules", ".bin")));
  return {
    ...env,
    PATH: [bin, ...path].join(delimiter),
    npm_config_prefer_offline: "true",
    npm_config_update_notifier: "false",
  };
}

/** A JSON text as a value, times and numbers left open: those differ from run to run. */
export function shapeOf(json: string): unknown {
  const isTime = (value: unknown): boolean => typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  return JSON.parse(json, (_key, value: unknown) => {
    if (typeof value === "number") return 0;
    return isTime(value) ? "a time" : value;
  });
}

/** What a person types and what follows, from a block of the language `console`. */
export function steps(console: string): { readonly command: string; readonly output: string }[] {
  const found: { command: string; output: string }[] = [];
  for (const line of console.trimEnd().split("\n")) {
    const last = found.at(-1);
    if (line.startsWith("$ ")) found.push({ command: line.slice(2), output: "" });
    else if (last === undefined) throw new Error(`the block does not begin with a command: ${line}`);
    else if (last.output === "" && /(?:\||\\|&&)$/.test(last.command)) last.command += `\n${line}`;
    else last.output += `${line}\n`;
  }
  return found;
}
