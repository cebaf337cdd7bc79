import { connectBus, parsePattern } from "../../plugins/message_bus/client.ts";
import { type BusMessage, logEntry, type LogEntry } from "../../plugins/message_bus/contract.ts";
import { systemClock } from "../clock.ts";
import type { ExitCode } from "../errors.ts";
import { printableJson } from "../log/format.ts";
import { busAddressOf } from "./bus_address.ts";
import { formatMessage, messageDocument } from "./bus_text.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";

export interface BusSubscribeOptions extends ManifestOptions {
  readonly pattern: string;
  /** End after so many; undefined: never. */
  readonly count?: number | undefined;
  /** Seconds. */
  readonly wait: number;
  readonly json: boolean;
}

/** Shows messages as they come. @throws BUS_PATTERN_INVALID, BUS_UNREACHABLE */
export async function subscribe(options: BusSubscribeOptions, { output, watch }: CommandContext): Promise<ExitCode> {
  const { pattern, count = Infinity, wait, json } = options;
  parsePattern(pattern);
  const enough = new AbortController();
  const end = AbortSignal.any([watch.endSignal(), output.closed, enough.signal]);
  const address = await busAddressOf(options);
  const client = await connectBus({ ...address, clock: systemClock, deadlineMs: wait * 1_000 });
  let shown = 0;
  const show = async (message: BusMessage): Promise<void> => {
    if (shown >= count) return;
    shown += 1;
    const entry = entryOf(message);
    await output.lineInTime(
      json ? printableJson(messageDocument(message, entry)) : formatMessage(message, entry, output.paint),
    );
    if (shown >= count) enough.abort();
  };
  const subscription = await client.subscribe(pattern, show);
  // On standard error, so that a script knows that from now on nothing is missed.
  output.error(`Listening to ${pattern}. Ctrl-C ends.`);
  await aborted(end);
  const { dropped } = subscription.counters;
  const { gaps } = client.counters();
  await client.close();
  if (gaps > 0) output.error(`${gaps} messages were lost before they came here and are missing above.`);
  if (dropped > 0) output.error(`${dropped} messages came faster than they could be shown and are missing above.`);
  return 0;
}

/** The log entry in a message, if it is one that decodes. */
function entryOf(message: BusMessage): LogEntry | undefined {
  if (message.type !== logEntry.name) return undefined;
  try {
    return message.decode(logEntry);
  } catch {
    return undefined;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
