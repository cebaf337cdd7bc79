import type { RuntimeEvent } from "../events.ts";
import { describeSlowPhase, describeWaiting } from "../log/slow_text.ts";
import { type Paint, printable } from "./terminal.ts";

export type SlowEvent = Extract<RuntimeEvent, { readonly type: "plugins_slow" }>;

/** All that is slow, as one block: a line for each, who waits for it behind. */
export function formatSlow({ time, slow, others }: SlowEvent, paint: Paint): string {
  const count = slow.length + others;
  const head = count === 1 ? "1 plugin is slow:" : `${count} plugins are slow:`;
  const width = Math.max(...slow.map(({ plugin }) => plugin.length));
  const lines = slow.map((one) => {
    const parts = [describeSlowPhase(one), describeWaiting(one)].filter((part) => part !== undefined);
    return `  ${printable(one.plugin).padEnd(width)}  ${printable(parts.join("; "))}`;
  });
  if (others > 0) lines.push(`  and ${others} more`);
  return [`${new Date(time).toISOString()} ${paint("yellow", head)}`, ...lines].join("\n");
}
