import { checkRuntimes } from "./check_arguments.ts";
import type { Runtime } from "./handle.ts";
import { certainties } from "./suspect.ts";

/**
 * Blames a stray error on the plugin that it belongs to, for a process with several runtimes: in the one that is surest
 * of it. Where several are equally sure they are all blamed, for any of them may be broken now. That can happen when
 * they run the same module file and only the stack is followed: `core.system.attribution: context` tells them apart.
 * @throws RUNTIME_ARGUMENT_INVALID
 * @returns false when no plugin of any of them can be blamed: then nobody knows what state the process is in
 */
export function blameAmong(runtimes: readonly Runtime[], error: unknown): boolean {
  checkRuntimes("blame", runtimes, "suspect");
  const suspected = runtimes.flatMap((runtime) => {
    const suspect = runtime.suspect(error);
    return suspect === undefined ? [] : { runtime, rank: certainties.indexOf(suspect.certainty) };
  });
  const surest = Math.min(...suspected.map(({ rank }) => rank));
  for (const { runtime, rank } of suspected) if (rank === surest) runtime.blame(error);
  return suspected.length > 0;
}
