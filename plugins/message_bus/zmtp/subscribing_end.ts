import type { LinkReceiver } from "../engine.ts";
import type { Address } from "./address.ts";
import { Dialer, type DialerOptions } from "./dialer.ts";
import { FLAG_MORE, type FramePlace, readFrameHeader } from "./frame.ts";
import type { Session, SessionUser } from "./session.ts";
import { assertCompatible } from "./socket_type.ts";
import { writeSubscription } from "./subscription.ts";
import { TopicMemory } from "./topic_memory.ts";

/** A client's way from the broker: a SUB socket. What it subscribes is told again to each new connection. */
export class SubscribingEnd implements SessionUser {
  readonly #dialer: Dialer;
  readonly #receiver: LinkReceiver;
  readonly #prefixes = new Set<string>();
  readonly #place: FramePlace = { flags: 0, body: 0, end: 0 };
  readonly #topics = new TopicMemory();

  constructor(address: Address, options: DialerOptions, receiver: LinkReceiver) {
    this.#receiver = receiver;
    this.#dialer = new Dialer(address, options, this);
  }

  subscribe(prefix: string): void {
    if (this.#prefixes.has(prefix)) return;
    this.#prefixes.add(prefix);
    this.#say(this.#dialer.session, prefix, true);
  }

  unsubscribe(prefix: string): void {
    if (this.#prefixes.delete(prefix)) this.#say(this.#dialer.session, prefix, false);
  }

  cut(): void {
    this.#dialer.cut();
  }

  onReady(session: Session): void {
    assertCompatible("SUB", session.metadata);
    for (const prefix of this.#prefixes) this.#say(session, prefix, true);
  }

  onMessage(bytes: Uint8Array, _start: number, first: number, firstEnd: number, end: number): void {
    const place = this.#place;
    if (firstEnd === end) {
      this.#receiver.onMalformed();
      return;
    }
    readFrameHeader(bytes, firstEnd, place);
    if ((place.flags & FLAG_MORE) !== 0) {
      this.#receiver.onMalformed();
      return;
    }
    this.#topics.turnTo(bytes, first, firstEnd);
    this.#receiver.onMessage(this.#topics.topic, bytes.subarray(place.body, place.end));
  }

  onCommand(): void {
    // What the broker says of rights comes by the other end, in order with what is subscribed.
  }

  onRead(): void {
    // Everything is handed on as it is read.
  }

  onClose(): void {
    // The publishing end tells that the broker is gone.
  }

  #say(session: Session | undefined, prefix: string, active: boolean): void {
    if (session === undefined) return;
    const { flags, body } = writeSubscription({ prefix, active }, session.minor);
    session.sender.frame(flags, body);
  }
}
