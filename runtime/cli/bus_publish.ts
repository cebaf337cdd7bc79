import process from "node:process";
import { assertTopic, type BusClient, connectBus } from "../../plugins/message_bus/client.ts";
import { logEntry } from "../../plugins/message_bus/contract.ts";
import { systemClock } from "../clock.ts";
import { BackplaneError, type ExitCode } from "../errors.ts";
import { printableJson } from "../log/format.ts";
import type { LogLevel } from "../logger.ts";
import { busAddressOf } from "./bus_address.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";
import { inputLines } from "./input_lines.ts";
import { type LineFormat, originOf, parseLogLine } from "./log_input.ts";

export interface BusPublishOptions extends ManifestOptions {
  readonly topic: string;
  readonly level: LogLevel;
  /** Default: from the topic. */
  readonly subsystem?: string | undefined;
  readonly module?: string | undefined;
  readonly format: LineFormat;
  readonly source: string;
  /** Seconds. */
  readonly wait: number;
  readonly json: boolean;
}

/**
 * Publishes standard input, a log entry a line; blank lines are none. Says how many entries the broker has taken, also
 * when a line in the middle stops it; when the broker does not confirm it, how many were sent at most.
 * @throws BUS_TOPIC_INVALID, BUS_UNREACHABLE, CLI_INPUT_INVALID, BUS_MESSAGE_TOO_LARGE
 */
export async function publish(options: BusPublishOptions, { output, watch }: CommandContext): Promise<ExitCode> {
  const { topic, source, wait, json } = options;
  assertTopic(topic);
  const end = watch.endSignal();
  const address = await busAddressOf(options, source);
  const client = await connectBus({ ...address, clock: systemClock, deadlineMs: wait * 1_000 });
  if (process.stdin.isTTY) output.error("Reading lines from the terminal; Ctrl-D ends.");
  let confirmed = false;
  try {
    try {
      await publishLines(client, readUntil(end), options);
    } finally {
      await client.flush();
      // What was sent before a break and did not arrive, nobody counts.
      confirmed = client.breaks === 0;
    }
  } finally {
    const { published, unheard } = client.counters();
    await client.close();
    const sent = `${confirmed ? "" : "At most "}${published} sent to ${topic}.`;
    output.line(json ? printableJson({ topic, sent: published, unheard, confirmed }) : sent);
  }
  const { unheard } = client.counters();
  if (!confirmed) throw connectionBroke(topic);
  if (unheard > 0) throw unheardError(topic, `${unheard} entries while`);
  return 0;
}

async function publishLines(
  client: BusClient,
  lines: AsyncIterable<string>,
  { topic, format, level, wait, ...given }: BusPublishOptions,
): Promise<void> {
  const origin = originOf(topic);
  const subsystem = given.subsystem ?? origin.subsystem;
  const module = given.module ?? origin.module;
  let number = 0;
  let waited = false;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    const entry = parseLogLine(line, number, format, { time: systemClock.now(), level, subsystem, module });
    if (!waited && !(await client.waitForSubscriber(topic, wait * 1_000))) throw unheardError(topic, "anything:");
    waited = true;
    await client.publish(topic, logEntry, { ...entry, topic: entry.topic ?? topic });
  }
}

/** Standard input line by line, until it or the signal ends it; the signal leaves out a line that has no end yet. */
async function* readUntil(end: AbortSignal): AsyncGenerator<string, void, void> {
  if (end.aborted) return;
  try {
    yield* inputLines(standardInput(end));
  } catch (error) {
    if (!end.aborted) throw error;
  }
}

/** Rejects at the signal instead of closing the stream, for on Deno a read that has begun holds up the closing. */
async function* standardInput(end: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const aborted = new Promise<never>((_, reject) => {
    end.addEventListener("abort", () => reject(new Error("ended by a signal")), { once: true });
  });
  aborted.catch(() => undefined);
  const chunks: AsyncIterator<Uint8Array, unknown> = process.stdin[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await Promise.race([chunks.next(), aborted]);
    if (done === true) return;
    yield value;
  }
}

function connectionBroke(topic: string): BackplaneError {
  return new BackplaneError("BUS_UNREACHABLE", "Cannot tell how much arrived: the connection to the broker broke.", {
    remedy: "Look at the log of the instance, and at what it cut (backplane health message_bus); then publish again.",
    details: { topic },
  });
}

function unheardError(topic: string, what: string): BackplaneError {
  return new BackplaneError("BUS_UNREACHABLE", `Cannot deliver ${what} nobody subscribes to ${topic}.`, {
    remedy: "Start what shall receive it, for example log_consumer for logs.*, then publish again.",
    details: { topic },
  });
}
