import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { version } from "../../../runtime/version.ts";

/** Where and when it was measured. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly backplane: string;
  readonly peers: Readonly<Record<string, string>>;
  /** Mean number of processes that wanted a core in the minute before. */
  readonly load: number;
}

/** @param node the binary that runs the contestants */
export function describeMachine(node: string): Machine {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: execFileSync(node, ["--version"], { encoding: "utf8" }).trim(),
    backplane: version,
    peers: manifest.dependencies,
    load: Number(loadavg()[0]!.toFixed(1)),
  };
}

export function showMachine({ date, cpu, cores, memoryGb, system, node, backplane, peers, load }: Machine): string {
  const versions = Object.entries(peers).map((peer) => peer.join(" "));
  return (
    `${date}, ${cpu} (${cores} cores, ${memoryGb} GB), ${system}, Node ${node.slice(1)}, load before the run ${load}; ` +
    `backplane ${backplane}, ${versions.join(", ")}`
  );
}
