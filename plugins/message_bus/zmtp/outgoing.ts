import { setImmediate } from "node:timers";
import type { SharedRoom } from "./shared_room.ts";

/** Where bytes go. node:net's Socket is one. */
export interface ByteSink {
  cork(): void;
  uncork(): void;
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): boolean;
}

/** What is shorter is copied into a block: one write takes many, and no small view holds a large chunk. */
const PASS_ON_BYTES = 16_384;
const SMALLEST_BLOCK = 1_024;
const LARGEST_BLOCK = 65_536;
/** So much is written at once, without waiting for the end of the turn. */
const WRITE_AT_BYTES = 262_144;

interface Waiting {
  readonly until: number;
  readonly resolve: () => void;
}

/**
 * What waits to be written to one connection. It is put together in blocks and written once a turn of the event loop,
 * in one call; while the kernel takes no more, it gathers, and whoever fills it asks `messages` and `bytes` first.
 */
export class Outgoing {
  readonly #sink: ByteSink;
  readonly #room: SharedRoom | undefined;
  /** The block that is filled: what `#from` to `#used` holds has not been handed on. */
  block: Uint8Array = new Uint8Array(0);
  #from = 0;
  #used = 0;
  #parts: Uint8Array[] = [];
  #blockSize = SMALLEST_BLOCK;
  #gathered = 0;
  #writing = 0;
  #scheduled = false;
  #accepted = 0;
  #handedOn = 0;
  #left = 0;
  #waiting: Waiting[] = [];
  #ended = false;

  /** @param room shared with other connections; default: as much as whoever fills it allows */
  constructor(sink: ByteSink, room?: SharedRoom) {
    this.#sink = sink;
    this.#room = room;
  }

  /** Messages that the kernel has not taken. */
  get messages(): number {
    return this.#accepted - this.#left;
  }

  /** Bytes that the kernel has not taken. */
  get bytes(): number {
    return this.#gathered + this.#writing;
  }

  /** Bytes more that may wait; fewer than zero when too many do. @param most that may, however much room there is */
  roomUpTo(most: number): number {
    return Math.min(most, this.#room?.free ?? most) - this.bytes;
  }

  /** Notes that what was put in last completes so many messages. */
  count(messages: number): void {
    this.#accepted += messages;
  }

  /** Makes room; the caller fills `block` from the returned offset on. */
  reserve(bytes: number): number {
    if (this.#used + bytes > this.block.length) this.#nextBlock(bytes);
    const at = this.#used;
    this.#used += bytes;
    this.#added(bytes);
    return at;
  }

  /** Puts bytes in, as they are: large ones are not copied and must not change. */
  append(bytes: Uint8Array): void {
    if (bytes.length < PASS_ON_BYTES) {
      const at = this.reserve(bytes.length);
      this.block.set(bytes, at);
      return;
    }
    this.#cut();
    this.#parts.push(bytes);
    this.#added(bytes.length);
  }

  /**
   * Resolves once the kernel has taken all that is in now, or `end()` was called. Not when the connection is merely
   * broken: its end is yet to come, and whoever asks in a loop would not let it.
   */
  async drained(): Promise<void> {
    if (this.messages === 0 || this.#ended) return;
    const until = this.#accepted;
    await new Promise<void>((resolve) => this.#waiting.push({ until, resolve }));
  }

  /** Writes what has gathered, unless a write is under way: then it goes out after that. */
  flush(): void {
    if (this.#writing > 0 || this.#gathered === 0) return;
    this.#cut();
    const parts = this.#parts;
    this.#parts = [];
    this.#writing = this.#gathered;
    this.#gathered = 0;
    this.#handedOn = this.#accepted;
    this.#blockSize = Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, this.#writing));
    this.block = new Uint8Array(0);
    this.#from = this.#used = 0;
    this.#write(parts);
  }

  /** Nothing more will be written: wakes whoever waits. */
  end(): void {
    this.#ended = true;
    this.#parts = [];
    this.#left = this.#accepted;
    this.#room?.take(-this.bytes);
    this.#gathered = this.#writing = 0;
    this.#wake();
  }

  #added(bytes: number): void {
    if (this.#ended) return;
    this.#room?.take(bytes);
    this.#gathered += bytes;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** For whoever puts much in within one turn. */
  flushWhenLarge(): void {
    if (this.#gathered >= WRITE_AT_BYTES) this.flush();
  }

  #write(parts: readonly Uint8Array[]): void {
    this.#sink.cork();
    for (let index = 0; index < parts.length - 1; index += 1) this.#sink.write(parts[index]!);
    this.#sink.write(parts.at(-1)!, (error) => this.#written(error));
    this.#sink.uncork();
  }

  #written(error?: Error | null): void {
    if (error !== undefined && error !== null) return;
    this.#room?.take(-this.#writing);
    this.#writing = 0;
    this.#left = this.#handedOn;
    this.flush();
    this.#wake();
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter(({ until }) => until <= this.#left);
    this.#waiting = this.#waiting.filter(({ until }) => until > this.#left);
    for (const { resolve } of ready) resolve();
  }

  #cut(): void {
    if (this.#used > this.#from) this.#parts.push(this.block.subarray(this.#from, this.#used));
    this.#from = this.#used;
  }

  #nextBlock(bytes: number): void {
    this.#cut();
    this.#blockSize = Math.min(LARGEST_BLOCK, this.#blockSize * 2);
    this.block = Buffer.allocUnsafeSlow(Math.max(bytes, this.#blockSize));
    this.#from = this.#used = 0;
  }
}
