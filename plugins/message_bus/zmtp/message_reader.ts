import { FLAG_COMMAND, FLAG_MORE, type FramePlace, readFrameHeader } from "./frame.ts";
import { ProtocolError } from "./protocol_error.ts";

/** What a reader finds, in order. Called while `push` runs. */
export interface MessageSink {
  /**
   * A whole message: its frames, headers included, are `bytes[start, end)`, and the first one's body is
   * `bytes[first, firstEnd)`. The bytes do not change any more; what follows in the same bytes comes next.
   */
  onMessage(bytes: Uint8Array, start: number, first: number, firstEnd: number, end: number): void;
  /** The body of a command frame, to be read before this returns. */
  onCommand(body: Uint8Array): void;
}

/**
 * Finds whole messages in a stream of chunks. What lies whole in a chunk is not copied; only a message that is cut by
 * the end of a chunk is put together in bytes of its own.
 */
export class MessageReader {
  readonly #sink: MessageSink;
  readonly #place: FramePlace = { flags: 0, body: 0, end: 0 };
  /** The largest message in bytes, all its frames and their headers together. */
  limit: number;
  /** The beginning of a message whose end has not come: `#held[0, #length)`. */
  #held: Uint8Array = new Uint8Array(0);
  #length = 0;
  /** So long must it be before there is anything new to see. */
  #needed = 0;
  /** Where `#readMessage` found the unfinished message to begin. */
  #start = 0;
  /** Where in the message the frame begins that is read next; where the first frame's body lies. */
  #at = 0;
  #first = 0;
  #firstEnd = 0;

  constructor(limit: number, sink: MessageSink) {
    this.limit = limit;
    this.#sink = sink;
  }

  /** True between messages: nothing of a further one has come. */
  get idle(): boolean {
    return this.#length === 0;
  }

  /** Memory that a message takes whose end has not come. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /**
   * Takes the next bytes of the stream, which then belong to the reader.
   * @throws ProtocolError, and what the sink throws; nothing may be pushed after
   */
  push(chunk: Uint8Array): void {
    const rest = this.#length === 0 ? 0 : this.#complete(chunk);
    if (rest < chunk.length) this.#scan(chunk, rest);
  }

  /** @returns how many bytes of the chunk the held message took */
  #complete(chunk: Uint8Array): number {
    let taken = 0;
    while (this.#length > 0) {
      const count = Math.min(this.#needed - this.#length, chunk.length - taken);
      this.#hold(chunk, taken, taken + count);
      taken += count;
      if (this.#length < this.#needed) break;
      const held = this.#held.subarray(0, this.#length);
      const [at, first, firstEnd] = [this.#at, this.#first, this.#firstEnd];
      if (this.#readMessage(held, 0, at, first, firstEnd) === -1) {
        this.#length -= this.#start;
        held.copyWithin(0, this.#start);
        continue;
      }
      // What was handed out must not be written over.
      this.#held = new Uint8Array(0);
      this.#length = 0;
    }
    return taken;
  }

  #scan(bytes: Uint8Array, from: number): void {
    let start = from;
    while (start < bytes.length) {
      const end = this.#readMessage(bytes, start, start, 0, 0);
      if (end === -1) {
        this.#hold(bytes, this.#start, bytes.length);
        return;
      }
      start = end;
    }
  }

  /**
   * Reads frames from `at` on up to the end of the message, or one command between messages.
   * @returns where that ends; -1 when it is not whole, with what is known of it noted
   */
  #readMessage(bytes: Uint8Array, begin: number, at: number, firstBody: number, firstBodyEnd: number): number {
    const place = this.#place;
    let start = begin;
    let frame = at;
    let first = firstBody;
    let firstEnd = firstBodyEnd;
    for (;;) {
      const missing = readFrameHeader(bytes, frame, place);
      const end = missing > 0 ? frame + missing : place.end;
      if (end - start > this.limit) throw new ProtocolError("too_large", `a message is over ${this.limit} bytes`);
      if (end > bytes.length) return this.#note(start, frame, first, firstEnd, end);
      if ((place.flags & FLAG_COMMAND) !== 0) {
        const between = frame === start;
        this.#sink.onCommand(bytes.subarray(place.body, end));
        if (between) return end;
        // A heartbeat between two frames: the message's beginning moves over it.
        const shift = end - frame;
        bytes.copyWithin(start + shift, start, frame);
        start += shift;
        first += shift;
        firstEnd += shift;
      } else if (frame === start) {
        first = place.body;
        firstEnd = end;
      }
      frame = end;
      if ((place.flags & (FLAG_MORE | FLAG_COMMAND)) !== 0) continue;
      this.#sink.onMessage(bytes, start, first, firstEnd, end);
      return end;
    }
  }

  #note(start: number, frame: number, first: number, firstEnd: number, end: number): -1 {
    this.#start = start;
    this.#at = frame - start;
    this.#first = first - start;
    this.#firstEnd = firstEnd - start;
    this.#needed = end - start;
    return -1;
  }

  #hold(bytes: Uint8Array, from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > this.#held.length) {
      // What a header announces is not there yet: room grows with what has come.
      const room = Math.min(Math.max(this.#needed, length), Math.max(4_096, length * 2));
      const grown = Buffer.allocUnsafeSlow(Math.max(room, length));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(from, to), this.#length);
    this.#length = length;
  }
}
