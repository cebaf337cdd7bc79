/** A receiver remembers the last number of so many streams; the oldest are forgotten first. */
const MAX_STREAMS = 4_096;
/** Characters; a UUID has 36. What is longer is not remembered, and so not counted. */
const MAX_EPOCH = 64;

/** The attributes of a message that came. */
export interface AttributeReader {
  /**
   * One of them.
   * @param name ASCII
   * @param likely if the value is this one it is returned itself, which spares decoding it
   */
  attribute(name: string, likely?: string): string | undefined;
}

export function isEndMark(message: AttributeReader): boolean {
  return message.attribute("end") === "true" && message.attribute("epoch") !== undefined;
}

/** The last number that came of a publisher's stream. */
interface LastSeen {
  readonly epoch: string;
  readonly stream: string;
  seq: number;
}

/**
 * The receiver's side: counts what publishers numbered and what never came. Only a stream that is subscribed whole is
 * looked at, for in any other the missing ones are other people's. Of a publisher that began before the subscription,
 * the first message seen is where counting starts.
 */
export class GapCounter {
  /** When each subscribed prefix became effective, milliseconds since the Unix epoch. */
  readonly #since = new Map<string, number>();
  /** The same for each stream that was looked at; undefined for one that is not subscribed whole. */
  readonly #covered = new Map<string, number | undefined>();
  readonly #last = new Map<string, LastSeen>();
  /** Messages of one publisher come one after another. */
  #recent: LastSeen | undefined;
  #gaps = 0;
  /** Of publishers that began before this, something may have been forgotten. */
  #forgotten = 0;

  get gaps(): number {
    return this.#gaps;
  }

  cover(prefix: string, since: number): void {
    this.#since.set(prefix, since);
    this.#covered.clear();
  }

  uncover(prefix: string): void {
    this.#since.delete(prefix);
    this.#covered.clear();
    this.#recent = undefined;
    for (const [key, { stream }] of this.#last) {
      if (this.#coveredSince(stream) === undefined) this.#last.delete(key);
    }
  }

  /** Takes a message or an end mark of the stream: see `streamOf`. */
  note(stream: string, message: AttributeReader): void {
    const since = this.#coveredSince(stream);
    if (since === undefined) return;
    const epoch = message.attribute("epoch", this.#recent?.epoch);
    const seq = parseSeq(message.attribute("seq"));
    if (epoch === undefined || epoch.length > MAX_EPOCH || seq === undefined) return;
    const sent = isEndMark(message) ? seq : seq - 1;
    const known = this.#find(epoch, stream);
    const last = known?.seq ?? this.#begin(epoch, since, sent);
    this.#gaps += Math.max(0, sent - last);
    if (known === undefined) this.#remember({ epoch, stream, seq: Math.max(seq, last) });
    else known.seq = Math.max(seq, last);
  }

  /** Where counting starts: at nothing for a publisher younger than the subscription, else at what it sent so far. */
  #begin(epoch: string, since: number, sent: number): number {
    return timeOfUuidV7(epoch) > Math.max(since, this.#forgotten) ? 0 : sent;
  }

  #coveredSince(stream: string): number | undefined {
    if (this.#covered.has(stream)) return this.#covered.get(stream);
    let since: number | undefined;
    for (const [prefix, time] of this.#since) {
      if (stream.startsWith(prefix)) since = Math.min(time, since ?? time);
    }
    if (this.#covered.size >= MAX_STREAMS) this.#covered.clear();
    this.#covered.set(stream, since);
    return since;
  }

  #find(epoch: string, stream: string): LastSeen | undefined {
    const recent = this.#recent;
    if (recent !== undefined && recent.epoch === epoch && recent.stream === stream) return recent;
    const found = this.#last.get(keyOf(epoch, stream));
    if (found !== undefined) this.#recent = found;
    return found;
  }

  #remember(seen: LastSeen): void {
    if (this.#last.size >= MAX_STREAMS) {
      for (const [key, { epoch }] of this.#last) {
        this.#last.delete(key);
        this.#forgotten = Math.max(this.#forgotten, timeOfUuidV7(epoch));
        break;
      }
    }
    this.#last.set(keyOf(seen.epoch, seen.stream), seen);
    this.#recent = seen;
  }
}

function keyOf(epoch: string, stream: string): string {
  return `${epoch} ${stream}`;
}

/** 1 to 15 digits, so that the number is exact, without a zero before them. */
function parseSeq(text: string | undefined): number | undefined {
  if (text === undefined || text.length === 0 || text.length > 15 || text.startsWith("0")) return undefined;
  let seq = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    seq = seq * 10 + digit;
  }
  return seq;
}

/** 0 for what is not a UUIDv7: such an epoch counts from the first message seen. */
function timeOfUuidV7(uuid: string): number {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/.test(uuid) ? parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) : 0;
}
