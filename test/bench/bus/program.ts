import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Figures } from "../harness/child.ts";
import { processFigures } from "../harness/process_figures.ts";

/** A process of one run that tells by lines of stdout how far it is. It is killed when the run is over or late. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** Rejects when the process ends otherwise than well, with what it wrote to stderr. */
  readonly failure: Promise<never>;

  /** @param deadline aborts when the run has taken too long */
  constructor(command: readonly string[], deadline: AbortSignal) {
    const [program = "", ...values] = command;
    const child = spawn(program, values, {
      stdio: ["ignore", "pipe", "pipe"],
      signal: deadline,
      killSignal: "SIGKILL",
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors = `${errors}${chunk.toString()}`.slice(-2_000)));
    this.failure = new Promise((_, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        if (code !== 0) reject(new Error(`${describe(command)} ended with ${String(code)}: ${errors}`));
      });
    });
    // Whoever waits for a line is told; nobody else needs to know.
    this.failure.catch(() => undefined);
  }

  /** The next line. @throws when the process ends without one */
  async line(): Promise<string> {
    const { value, done } = await Promise.race([this.#lines.next(), this.failure]);
    if (done !== true) return value;
    // It may have failed: then that is the better reason.
    await Promise.race([this.failure, once(this.#child, "close")]);
    throw new Error(`${this.#child.spawnfile} ended without a word`);
  }

  /** What is in the first line that has it. */
  async find<T>(valueIn: (line: string) => T | undefined): Promise<T> {
    for (;;) {
      const value = valueIn(await this.line());
      if (value !== undefined) return value;
    }
  }

  get figures(): Figures {
    return processFigures(this.#child.pid!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited.catch(() => undefined);
  }
}

/** Payloads among the arguments are long. */
function describe(command: readonly string[]): string {
  return command.map((part) => (part.length > 100 ? "..." : part)).join(" ");
}

/**
 * Runs what lives by a deadline.
 * @returns undefined when it was not done in time
 */
export async function inTime<T>(limitMs: number, run: (deadline: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const deadline = AbortSignal.timeout(limitMs);
  try {
    return await run(deadline);
  } catch (error) {
    if (deadline.aborted) return undefined;
    throw error;
  }
}
