import type { LinkReceiver } from "../engine.ts";
import type { Address } from "./address.ts";
import { Dialer, type DialerOptions } from "./dialer.ts";
import { ProtocolError } from "./protocol_error.ts";
import type { Session, SessionUser } from "./session.ts";
import { assertCompatible } from "./socket_type.ts";
import { readStanding, STANDING_COMMAND } from "./standing.ts";
import { type SubscriptionChange, subscriptionOfCommand, subscriptionOfMessage } from "./subscription.ts";

/** A publisher must let the event loop turn in between, and learn soon that nothing leaves. */
const MAX_WAITING = 1_000;

/** A client's way to the broker: an XPUB socket, which sees what is subscribed. */
export class PublishingEnd implements SessionUser {
  readonly #dialer: Dialer;
  readonly #receiver: LinkReceiver;
  readonly #limit: number;
  readonly #subscribed = new Set<string>();
  /** What was sent without a broker. */
  #early: (readonly [topic: string, envelope: Uint8Array])[] = [];
  #session: Session | undefined;
  #joined: (() => void)[] = [];
  #onClosed: (() => void) | undefined;

  constructor(address: Address, highWaterMark: number, options: DialerOptions, receiver: LinkReceiver) {
    this.#receiver = receiver;
    // Where nothing may wait, whoever waits for room would wait for ever.
    this.#limit = Math.max(1, Math.min(highWaterMark, MAX_WAITING));
    this.#dialer = new Dialer(address, options, this);
  }

  get full(): boolean {
    return (this.#session?.outgoing.messages ?? this.#early.length) >= this.#limit;
  }

  send(topic: string, envelope: Uint8Array): void {
    const session = this.#session;
    if (session === undefined) {
      this.#early.push([topic, new Uint8Array(envelope)]);
      return;
    }
    session.sender.message(topic, envelope);
    session.outgoing.count(1);
    session.outgoing.flushWhenLarge();
  }

  async drained(): Promise<void> {
    if (this.#session === undefined && this.#early.length > 0) {
      await new Promise<void>((resolve) => this.#joined.push(resolve));
    }
    await this.#session?.outgoing.drained();
  }

  /** Says that nothing more comes; resolves once the broker has read everything. `drained()` first. */
  async end(): Promise<void> {
    this.#dialer.stop();
    if (this.#session === undefined) return;
    this.#session.end();
    await new Promise<void>((resolve) => (this.#onClosed = resolve));
  }

  cut(): void {
    this.#dialer.cut();
    this.#wake();
  }

  onReady(session: Session): void {
    assertCompatible("XPUB", session.metadata);
    this.#session = session;
    const early = this.#early;
    this.#early = [];
    for (const [topic, envelope] of early) this.send(topic, envelope);
    this.#wake();
  }

  onMessage(bytes: Uint8Array, _start: number, first: number, firstEnd: number, end: number): void {
    if (firstEnd === end) this.#tell(subscriptionOfMessage(bytes, first, firstEnd));
  }

  onCommand(name: string, data: Uint8Array): void {
    if (name !== STANDING_COMMAND) {
      this.#tell(subscriptionOfCommand(name, data));
      return;
    }
    const standing = readStanding(data);
    if (standing === undefined) throw new ProtocolError("protocol", "what the broker says of rights cannot be read");
    this.#receiver.onStanding(standing);
  }

  onRead(): void {
    // Everything is told as it is read.
  }

  onClose(): void {
    this.#session = undefined;
    this.#onClosed?.();
    const lost = Array.from(this.#subscribed);
    this.#subscribed.clear();
    for (const prefix of lost) this.#receiver.onInterest(prefix, false);
  }

  #tell(change: SubscriptionChange | undefined): void {
    if (change === undefined) return;
    if (change.active) this.#subscribed.add(change.prefix);
    else this.#subscribed.delete(change.prefix);
    this.#receiver.onInterest(change.prefix, change.active);
  }

  #wake(): void {
    const joined = this.#joined;
    this.#joined = [];
    for (const resolve of joined) resolve();
  }
}
