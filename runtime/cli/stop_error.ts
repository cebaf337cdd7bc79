import { BackplaneError, type Fault } from "../errors.ts";
import type { StopReport } from "../handle.ts";
import { pluginPath } from "../manifest/faults.ts";

/** What a stop says that was not clean, each problem with its own code and remedy; undefined for a clean one. */
export function stopError({ abandoned, problems }: StopReport): BackplaneError | undefined {
  const faults: Fault[] = problems.map(({ code, message, remedy }) => ({ code, path: [], message, remedy }));
  for (const plugin of abandoned) faults.push(notAwaited(plugin));
  if (faults.length === 0) return undefined;
  const count = faults.length === 1 ? "1 problem" : `${faults.length} problems`;
  const remedy = "Look at each problem listed; the log lines of these plugins may say more.";
  return new BackplaneError("RUNTIME_STOP_FAILED", `Cannot stop cleanly: ${count}.`, { remedy, faults });
}

function notAwaited(plugin: string): Fault {
  return {
    code: "RUNTIME_STOP_FAILED",
    path: pluginPath(plugin),
    message: "it had not stopped when the time for the whole stop was spent.",
    remedy: `Let ${plugin}, and those that stopped before it, take less time to stop.`,
  };
}
