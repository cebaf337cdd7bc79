import { streamOf } from "./topic.ts";

type Attributes = Readonly<Record<string, string>>;

/** A receiver remembers the last number of so many streams; the oldest are forgotten first. */
const MAX_STREAMS = 4_096;
/** Characters; a UUID has 36. What is longer is not remembered, and so not counted. */
const MAX_EPOCH = 64;

/** A message that says how many its publisher sent on a stream. */
export interface EndMark {
  readonly topic: string;
  readonly attributes: Record<string, string>;
}

/** The publisher's side: numbers the messages of each stream, that is of each first topic word, from 1. */
export class SequenceNumbers {
  readonly #epoch: string;
  readonly #last = new Map<string, number>();

  /** @param now milliseconds since the Unix epoch, kept in the epoch so that receivers know when it began */
  constructor(now: number) {
    this.#epoch = uuidV7(now);
  }

  /** Writes `epoch` and the next `seq` into a message's attributes; `advance` once it is really sent. */
  stamp(topic: string, attributes: Record<string, string>): void {
    attributes["epoch"] = this.#epoch;
    attributes["seq"] = String((this.#last.get(streamOf(topic)) ?? 0) + 1);
  }

  advance(topic: string): void {
    const stream = streamOf(topic);
    this.#last.set(stream, (this.#last.get(stream) ?? 0) + 1);
  }

  /** The last number of the stream that has most. */
  get largest(): number {
    return Math.max(0, ...this.#last.values());
  }

  /** One for each stream, on a topic that reaches whoever follows the whole stream. Nothing is sent after them. */
  endMarks(): readonly EndMark[] {
    return Array.from(this.#last, ([stream, last]) => ({
      topic: stream.endsWith(".") ? `${stream}_end` : stream,
      attributes: { epoch: this.#epoch, seq: String(last), end: "true" },
    }));
  }
}

export function isEndMark(attributes: Attributes): boolean {
  return attributes["end"] === "true" && attributes["epoch"] !== undefined;
}

/**
 * The receiver's side: counts what publishers numbered and what never came. Only a stream that is subscribed whole is
 * looked at, for in any other the missing ones are other people's. Of a publisher that began before the subscription,
 * the first message seen is where counting starts.
 */
export class GapCounter {
  /** When each subscribed prefix became effective, milliseconds since the Unix epoch. */
  readonly #since = new Map<string, number>();
  readonly #last = new Map<string, { readonly stream: string; seq: number }>();
  #gaps = 0;
  /** Of publishers that began before this, something may have been forgotten. */
  #forgotten = 0;

  get gaps(): number {
    return this.#gaps;
  }

  cover(prefix: string, since: number): void {
    this.#since.set(prefix, since);
  }

  uncover(prefix: string): void {
    this.#since.delete(prefix);
    for (const [key, { stream }] of this.#last) {
      if (this.#coveredSince(stream) === undefined) this.#last.delete(key);
    }
  }

  /** Takes the attributes of a message or of an end mark. */
  note(topic: string, attributes: Attributes): void {
    const epoch = attributes["epoch"];
    const seq = parseSeq(attributes["seq"]);
    if (epoch === undefined || epoch.length > MAX_EPOCH || seq === undefined) return;
    const stream = streamOf(topic);
    const key = `${epoch} ${stream}`;
    const ended = isEndMark(attributes);
    const sent = ended ? seq : seq - 1;
    const last = this.#last.get(key)?.seq ?? this.#begin(epoch, stream, sent);
    if (last === undefined) return;
    this.#gaps += Math.max(0, sent - last);
    this.#remember(key, stream, Math.max(seq, last));
  }

  /** Where counting starts: at nothing for a publisher younger than the subscription, else at what it sent so far. */
  #begin(epoch: string, stream: string, sent: number): number | undefined {
    const since = this.#coveredSince(stream);
    if (since === undefined) return undefined;
    return timeOfUuidV7(epoch) > Math.max(since, this.#forgotten) ? 0 : sent;
  }

  #coveredSince(stream: string): number | undefined {
    let since: number | undefined;
    for (const [prefix, time] of this.#since) {
      if (stream.startsWith(prefix)) since = Math.min(time, since ?? time);
    }
    return since;
  }

  #remember(key: string, stream: string, seq: number): void {
    const known = this.#last.get(key);
    if (known !== undefined) {
      known.seq = seq;
      return;
    }
    if (this.#last.size >= MAX_STREAMS) {
      for (const oldest of this.#last.keys()) {
        this.#last.delete(oldest);
        this.#forgotten = Math.max(this.#forgotten, timeOfUuidV7(oldest));
        break;
      }
    }
    this.#last.set(key, { stream, seq });
  }
}

function parseSeq(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** RFC 9562, section 5.7: 48 bits of milliseconds since the Unix epoch, then 74 random ones. */
function uuidV7(now: number): string {
  const time = now.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${crypto.randomUUID().slice(15)}`;
}

/** 0 for what is not a UUIDv7: such an epoch counts from the first message seen. */
function timeOfUuidV7(uuid: string): number {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/.test(uuid) ? parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) : 0;
}
