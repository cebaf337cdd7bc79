import type { ChildProcess } from "node:child_process";
import process from "node:process";
import { runtimeName, stripsTypes } from "../runtime/host.ts";

/** What `process.execPath` needs to run a program, on whichever runtime the tests run. */
export function runtimeArguments(program: string, ...args: readonly string[]): string[] {
  if (runtimeName() === "deno") return ["run", "--allow-all", "--no-check", program, ...args];
  const loader = program.endsWith(".ts") && !stripsTypes() ? ["--import", "tsx"] : [];
  return [...loader, program, ...args];
}

/** Sends a signal, unless the child has ended: after `child.kill()` Deno tells of no exit code, only of that signal. */
export function sendSignal(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(child.pid, signal);
}
