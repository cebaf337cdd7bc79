import type { Link, LinkOptions, LinkReceiver } from "../engine.ts";
import type { Peer } from "../peers/peer.ts";
import type { Exchange, Publisher, Subscriber } from "./exchange.ts";
import { FLAG_MORE, type FramePlace, readFrameHeader } from "./frame.ts";
import type { TurnQueue } from "./turn_queue.ts";

interface Waiting {
  /** How many must have left. */
  readonly count: number;
  readonly resolve: () => void;
}

/** As many as wait for a socket before a write, so that a publisher meets a full link at the same place. */
const MAX_WAITING = 1_000;

/** A link from inside the broker's process: no socket, no frames, and the same order. */
export class LocalLink implements Link, Publisher, Subscriber {
  readonly peer: Peer;
  readonly client: string;
  readonly #exchange: Exchange;
  readonly #turns: TurnQueue;
  readonly #receiver: LinkReceiver;
  readonly #limit: number;
  readonly #onClose: (link: LocalLink) => void;
  readonly #place: FramePlace = { flags: 0, body: 0, end: 0 };
  #queued = 0;
  #left = 0;
  #waiting: Waiting[] = [];
  #open = true;
  #lost = false;

  constructor(
    { highWaterMark }: LinkOptions,
    receiver: LinkReceiver,
    at: {
      readonly peer: Peer;
      readonly exchange: Exchange;
      readonly turns: TurnQueue;
      readonly onClose: (link: LocalLink) => void;
    },
  ) {
    this.peer = at.peer;
    this.client = crypto.randomUUID();
    this.#exchange = at.exchange;
    this.#turns = at.turns;
    this.#onClose = at.onClose;
    this.#receiver = receiver;
    this.#limit = Math.max(1, Math.min(highWaterMark, MAX_WAITING));
    this.#turns.enqueue(() => this.#open && this.#exchange.join(this));
  }

  get alive(): boolean {
    return this.#open;
  }

  get full(): boolean {
    return this.#open && this.#queued - this.#left >= this.#limit;
  }

  send(topic: string, envelope: Uint8Array): void {
    if (!this.#open) return;
    this.#queued += 1;
    const copy = Buffer.from(envelope);
    this.#turns.enqueue(() => this.#forward(topic, copy));
  }

  async drained(): Promise<void> {
    const count = this.#queued;
    if (!this.#open || count === this.#left) return;
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  subscribe(prefix: string): void {
    if (this.#open) this.#turns.enqueue(() => this.#open && this.#exchange.subscribe(this, prefix));
  }

  unsubscribe(prefix: string): void {
    if (this.#open) this.#turns.enqueue(() => this.#exchange.unsubscribe(this, prefix));
  }

  async close(lingerMs: number): Promise<void> {
    // Without a broker nothing would come of waiting.
    if (lingerMs > 0 && !this.#lost) await this.drained();
    this.end();
    this.#turns.enqueue(() => this.#exchange.leave(this));
  }

  /** At once: nothing more comes from here, and nothing arrives. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#settle();
    this.#onClose(this);
  }

  /** The broker is gone, and with it all that was subscribed; what is sent now waits for ever. */
  lose(prefixes: Iterable<string>): void {
    for (const prefix of prefixes) this.tell(prefix, false);
    this.#lost = true;
    this.#settle();
  }

  tell(prefix: string, active: boolean): void {
    if (this.#open && !this.#lost) this.#receiver.onInterest(prefix, active);
  }

  takeMessage(topic: string, envelope: Uint8Array): void {
    if (!this.#open) return;
    this.peer.countOut(1, envelope.length);
    this.#receiver.onMessage(topic, envelope);
  }

  takeFrames(topic: string, frames: Uint8Array): void {
    const place = this.#place;
    for (let at = 0; at < frames.length; at = place.end) {
      readFrameHeader(frames, at, place);
      const two = (place.flags & FLAG_MORE) !== 0;
      if (two) readFrameHeader(frames, place.end, place);
      if (two && (place.flags & FLAG_MORE) === 0) this.takeMessage(topic, frames.subarray(place.body, place.end));
      else this.#passOver(frames);
    }
  }

  /** A message of one frame, or of more than two. */
  #passOver(frames: Uint8Array): void {
    while ((this.#place.flags & FLAG_MORE) !== 0) readFrameHeader(frames, this.#place.end, this.#place);
    if (this.#open) this.#receiver.onMalformed();
  }

  #forward(topic: string, envelope: Uint8Array): void {
    if (this.#lost) return;
    this.#left += 1;
    this.peer.countIn(envelope.length);
    for (const subscriber of this.#exchange.route(topic)) subscriber.takeMessage(topic, envelope);
    this.#settle();
  }

  /** Wakes whoever waits for what has left by now; all of them when the link closes or the broker goes. */
  #settle(): void {
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter(({ count }) => !this.#open || this.#lost || count <= this.#left);
    this.#waiting = this.#waiting.filter((waiting) => !ready.includes(waiting));
    for (const { resolve } of ready) resolve();
  }
}
