import { streamOf } from "./topic.ts";

const MAX_TOPICS = 10_000;

/** A message that says how many its publisher sent on a stream. */
export interface EndMark {
  readonly topic: string;
  readonly attributes: Record<string, string>;
}

/** The messages of one first topic word. */
interface Stream {
  readonly name: string;
  last: number;
}

/** The publisher's side: numbers the messages of each stream, that is of each first topic word, from 1. */
export class SequenceNumbers {
  readonly #epoch: string;
  readonly #streams = new Map<string, Stream>();
  /** By topic, so that topics need not be taken apart for each message. */
  readonly #byTopic = new Map<string, Stream>();

  /** @param now milliseconds since the Unix epoch, kept in the epoch so that receivers know when it began */
  constructor(now: number) {
    this.#epoch = uuidV7(now);
  }

  /** Writes `epoch` and the next `seq` into a message's attributes; `advance` once it is really sent. */
  stamp(topic: string, attributes: Record<string, string>): void {
    attributes["epoch"] = this.#epoch;
    attributes["seq"] = String(this.#streamOf(topic).last + 1);
  }

  advance(topic: string): void {
    this.#streamOf(topic).last += 1;
  }

  /** The last number of the stream that has most. */
  get largest(): number {
    let largest = 0;
    for (const { last } of this.#streams.values()) largest = Math.max(largest, last);
    return largest;
  }

  /** One for each stream, on a topic that reaches whoever follows the whole stream. Nothing is sent after them. */
  endMarks(): readonly EndMark[] {
    const used = Array.from(this.#streams.values()).filter(({ last }) => last > 0);
    return used.map(({ name, last }) => ({
      topic: name.endsWith(".") ? `${name}_end` : name,
      attributes: { epoch: this.#epoch, seq: String(last), end: "true" },
    }));
  }

  #streamOf(topic: string): Stream {
    const known = this.#byTopic.get(topic);
    if (known !== undefined) return known;
    const name = streamOf(topic);
    const stream = this.#streams.get(name) ?? { name, last: 0 };
    this.#streams.set(name, stream);
    if (this.#byTopic.size >= MAX_TOPICS) this.#byTopic.clear();
    this.#byTopic.set(topic, stream);
    return stream;
  }
}

/** RFC 9562, section 5.7: 48 bits of milliseconds since the Unix epoch, then 74 random ones. */
function uuidV7(now: number): string {
  const time = now.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${crypto.randomUUID().slice(15)}`;
}
