import type { Peer } from "../peers/peer.ts";
import type { Exchange, Subscriber } from "./exchange.ts";
import { FLAG_MORE, type FramePlace, frameLength, readFrameHeader } from "./frame.ts";
import type { Refusals } from "./refusals.ts";
import type { Session } from "./session.ts";
import { type SubscriptionChange, subscriptionOfCommand, subscriptionOfMessage } from "./subscription.ts";

export interface QueueLimits {
  /** Messages that may wait for one subscriber, and their bytes. */
  readonly highWaterMark: number;
  readonly highWaterBytes: number;
}

export interface SubscriberSurroundings extends QueueLimits {
  readonly exchange: Exchange;
  readonly refusals: Refusals;
}

/** A program that subscribes: what it wants, and what it is sent. The broker's side XPUB. */
export class SubscriberConnection implements Subscriber {
  readonly peer: Peer;
  readonly client: string | undefined;
  readonly #session: Session;
  readonly #exchange: Exchange;
  readonly #refusals: Refusals;
  readonly #limits: QueueLimits;
  readonly #place: FramePlace = { flags: 0, body: 0, end: 0 };

  constructor(session: Session, peer: Peer, client: string | undefined, surroundings: SubscriberSurroundings) {
    this.#session = session;
    this.peer = peer;
    this.client = client;
    this.#exchange = surroundings.exchange;
    this.#refusals = surroundings.refusals;
    this.#limits = surroundings;
  }

  onMessage(bytes: Uint8Array, _start: number, first: number, firstEnd: number, end: number): void {
    // A message of more frames, or of another kind, is one that some XSUB sends up against the stream.
    if (firstEnd === end) this.#change(subscriptionOfMessage(bytes, first, firstEnd));
  }

  onCommand(name: string, data: Uint8Array): void {
    this.#change(subscriptionOfCommand(name, data));
  }

  onRead(): void {
    // A subscription is obeyed as it is read.
  }

  takeFrames(_topic: string, frames: Uint8Array, messages: number): void {
    if (!this.#session.open) {
      // It was cut after the route was looked up.
      this.peer.dropped += messages;
      return;
    }
    const { outgoing, sender } = this.#session;
    const { highWaterMark, highWaterBytes } = this.#limits;
    if (outgoing.messages + messages > highWaterMark || frames.length > outgoing.roomUpTo(highWaterBytes)) {
      this.#takeSome(frames, messages);
      return;
    }
    sender.frames(frames);
    this.#sent(messages, frames.length);
  }

  takeMessage(topic: string, envelope: Uint8Array): void {
    const { outgoing, sender } = this.#session;
    const length = frameLength(topic.length) + frameLength(envelope.length);
    const { highWaterMark, highWaterBytes } = this.#limits;
    if (outgoing.messages >= highWaterMark || length > outgoing.roomUpTo(highWaterBytes)) {
      this.peer.dropped += 1;
      return;
    }
    sender.message(topic, envelope);
    this.#sent(1, length);
  }

  close(): void {
    this.#exchange.leave(this);
  }

  #sent(messages: number, bytes: number): void {
    this.#session.outgoing.count(messages);
    this.#session.outgoing.flushWhenLarge();
    this.peer.countOut(messages, bytes);
  }

  /** As many as there is room for; the rest is dropped and counted. */
  #takeSome(frames: Uint8Array, messages: number): void {
    const { outgoing, sender } = this.#session;
    const room = Math.min(messages, this.#limits.highWaterMark - outgoing.messages);
    const roomBytes = outgoing.roomUpTo(this.#limits.highWaterBytes);
    let taken = 0;
    let end = 0;
    while (taken < room) {
      const next = this.#messageEnd(frames, end);
      if (next > roomBytes) break;
      end = next;
      taken += 1;
    }
    this.peer.dropped += messages - taken;
    if (taken === 0) return;
    sender.frames(frames.subarray(0, end));
    this.#sent(taken, end);
  }

  #messageEnd(frames: Uint8Array, start: number): number {
    const place = this.#place;
    let at = start;
    do {
      readFrameHeader(frames, at, place);
      at = place.end;
    } while ((place.flags & FLAG_MORE) !== 0);
    return at;
  }

  #change(change: SubscriptionChange | undefined): void {
    if (change === undefined) return;
    if (!change.active) this.#exchange.unsubscribe(this, change.prefix);
    else if (!this.#exchange.subscribe(this, change.prefix)) this.#refusals.note(this.peer, "subscribe", change.prefix);
  }
}
