import { readFileSync } from "node:fs";
import type { Figures } from "./child.ts";

/** What the kernel counts in, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

/** CPU time and resident memory of another process, as Linux tells them; none on other systems. */
export function processFigures(pid: number): Figures {
  try {
    // The second field is the program's name in brackets, which may contain anything.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ");
    const [user, system, pages] = [stat[11], stat[12], stat[21]].map(Number) as [number, number, number];
    return { cpuMs: ((user + system) * 1_000) / TICKS_PER_SECOND, rssMb: (pages * PAGE_BYTES) / 2 ** 20 };
  } catch {
    return { cpuMs: NaN, rssMb: NaN };
  }
}
