import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Figures } from "./child.ts";
import { processFigures } from "./process_figures.ts";

/** A process that serves until it is told to end; it has said by a line on stdout that it does. */
export class Server implements AsyncDisposable {
  readonly #process: ChildProcess;
  /** The line by which it said that it is ready. */
  readonly line: string;
  /** From its spawn to that line. */
  readonly readyMs: number;

  private constructor(child: ChildProcess, line: string, readyMs: number) {
    this.#process = child;
    this.line = line;
    this.readyMs = readyMs;
  }

  /** @param isReady tells the line by which the process says that it is ready */
  static async launch(command: readonly string[], isReady: (line: string) => boolean): Promise<Server> {
    const [program = "", ...values] = command;
    const began = performance.now();
    const child = spawn(program, values, { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (text) => isReady(text) && resolve(text));
      child.once("exit", () => reject(new Error(`${command.join(" ")} ended early: ${errors.slice(-2_000)}`)));
    });
    return new Server(child, line, performance.now() - began);
  }

  /** A process of this folder that prints `{"port":...}`. */
  static async onPort(command: readonly string[]): Promise<Server> {
    return await Server.launch(command, (line) => line.startsWith('{"port":'));
  }

  get port(): number {
    return (JSON.parse(this.line) as { readonly port: number }).port;
  }

  get figures(): Figures {
    return processFigures(this.#process.pid!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await exited;
  }
}
