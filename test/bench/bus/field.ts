import type { BenchOptions } from "../harness/report.ts";
import type { Contestant } from "./contestant.ts";
import { backplane, ownRuntimes } from "./own.ts";
import { libzmq, nats, zeromqJs } from "./peers.ts";
import type { CPrograms } from "./toolchain.ts";

/** Everybody who takes part, and how the run was asked for. */
export interface Field {
  readonly options: BenchOptions;
  /** What the others are compared with. */
  readonly floor: Contestant;
  readonly floorCurve: Contestant;
  readonly pipelined: Contestant;
  readonly awaited: Contestant;
  readonly nats: Contestant;
  /** Ours on each runtime, the first on the Node of all. */
  readonly own: readonly Contestant[];
  readonly ownCurve: readonly Contestant[];
  /** Ours for all but the first part: in a smoke run that on the first runtime. */
  readonly ownChosen: readonly Contestant[];
}

export function fieldOf(programs: CPrograms, options: BenchOptions): Field {
  const { node } = options;
  const runtimes = ownRuntimes(options);
  const own = runtimes.map((runtime) => backplane(runtime, programs, "null"));
  return {
    options,
    floor: libzmq(programs, "null"),
    floorCurve: libzmq(programs, "curve"),
    pipelined: zeromqJs(node, "pipelined", programs),
    awaited: zeromqJs(node, "awaited", programs),
    nats: nats(node),
    own,
    ownChosen: options.quick ? own.slice(0, 1) : own,
    ownCurve: runtimes.map((runtime) => backplane(runtime, programs, "curve")),
  };
}
