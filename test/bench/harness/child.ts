import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What one run of one contestant measured, by the name of the figure. */
export type Figures = Readonly<Record<string, number>>;

/** Absolute path of a file of this folder, for `node`. */
export function benchFile(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/**
 * Runs a program in a process of its own and takes the JSON line that it prints.
 * @param command the program and its arguments
 * @returns undefined when it was not done in time and has been killed
 * @throws when it fails, with what it wrote to stderr
 */
export async function runChild(command: readonly string[], limitMs: number): Promise<Figures | undefined> {
  const [program = "", ...values] = command;
  const child = spawn(program, values, { stdio: ["ignore", "pipe", "pipe"] });
  let late = false;
  const timer = setTimeout(() => (late = child.kill("SIGKILL")), limitMs);
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.err += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(timer);
  if (late) return undefined;
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${String(code)}: ${text.err.slice(-2_000)}`);
  return JSON.parse(text.out) as Figures;
}
