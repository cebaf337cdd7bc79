import { binaryOf } from "../../runtimes/binaries.ts";
import type { BenchOptions } from "../harness/report.ts";
import { busFile, type Contestant, portsInJson } from "./contestant.ts";
import type { CPrograms } from "./toolchain.ts";

/** A runtime that can run our engine. */
export interface Runtime {
  readonly name: string;
  readonly command: readonly string[];
}

/** Whether one of test/runtimes is not installed. */
export function lacksRuntimes(): boolean {
  try {
    for (const runtime of ["node26", "bun", "deno"] as const) binaryOf(runtime);
    return false;
  } catch {
    return true;
  }
}

/** The Node that runs the other contestants comes first. */
export function ownRuntimes({ node, nodeMajor }: BenchOptions): readonly Runtime[] {
  return [
    { name: `Node ${nodeMajor}`, command: [node] },
    { name: "Node 26", command: [binaryOf("node26")] },
    { name: "Bun", command: [binaryOf("bun")] },
    { name: "Deno", command: [binaryOf("deno"), "run", "--allow-all", "--no-check"] },
  ];
}

/** Broker, publishers and subscribers with the engine `zmtp`, all on one runtime. */
export function backplane(runtime: Runtime, programs: CPrograms, security: "null" | "curve"): Contestant {
  return {
    name: `backplane, ${runtime.name}${security === "curve" ? ", CURVE" : ""}`,
    command: (program) =>
      program === "idle"
        ? [programs.path(program), security]
        : [...runtime.command, busFile(`backplane/${program}.js`), security],
    portsIn: portsInJson,
  };
}
