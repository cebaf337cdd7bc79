import type { Subscriber, XPublisher } from "zeromq";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Endpoints, Link, LinkOptions, LinkReceiver } from "../engine.ts";

type Outgoing = [topic: string, envelope: Uint8Array];

const RETRY_MS = 1;
/** First byte of what an XPUB socket tells (ZMTP 3.0, "The Publish-Subscribe Pattern"). */
const SUBSCRIBE = 1;
const UNSUBSCRIBE = 0;
/** A publisher that never stops must let the event loop turn in between. */
const MESSAGES_PER_TURN = 1_000;

/** A link over libzmq: an XPUB socket, which sees subscriptions where a PUB does not, and a SUB socket. */
export class ZeromqLink implements Link {
  readonly #publisher: XPublisher;
  readonly #subscriber: Subscriber;
  readonly #limit: number;
  readonly #loops: readonly Promise<void>[];
  #queue: Outgoing[] = [];
  #sending: Promise<void> | undefined;
  #open = true;

  constructor(zeromq: typeof import("zeromq"), endpoints: Endpoints, options: LinkOptions, receiver: LinkReceiver) {
    this.#limit = Math.max(1, Math.min(options.highWaterMark, MESSAGES_PER_TURN));
    const common = { linger: 0, ipv6: true, reconnectInterval: 50, reconnectMaxInterval: 1_000 };
    // noDrop: send says that the queue is full instead of dropping. immediate: no queue, and no memory of what was
    // subscribed, without a broker.
    const sending = { ...common, noDrop: true, immediate: true, sendHighWaterMark: options.highWaterMark };
    this.#publisher = new zeromq.XPublisher(sending);
    this.#subscriber = new zeromq.Subscriber({ ...common, receiveHighWaterMark: options.highWaterMark });
    this.#publisher.connect(endpoints.publish);
    this.#subscriber.connect(endpoints.subscribe);
    this.#loops = [this.#readInterest(receiver), this.#readMessages(receiver)].map((loop) => this.#whileOpen(loop));
  }

  get alive(): boolean {
    return this.#open;
  }

  get full(): boolean {
    return this.#open && this.#queue.length >= this.#limit;
  }

  send(topic: string, envelope: Uint8Array): void {
    if (!this.#open) return;
    // Not slice(), which of a Buffer would be a view.
    this.#queue.push([topic, new Uint8Array(envelope)]);
    this.#sending ??= this.#drain();
  }

  async drained(): Promise<void> {
    await this.#sending;
  }

  subscribe(prefix: string): void {
    if (this.#open) this.#subscriber.subscribe(prefix);
  }

  unsubscribe(prefix: string): void {
    if (this.#open) this.#subscriber.unsubscribe(prefix);
  }

  async close(lingerMs: number): Promise<void> {
    const deadline = sleep(lingerMs, undefined, { ref: false });
    if (this.#open) await Promise.race([this.#sending, deadline]);
    this.#open = false;
    if (!this.#publisher.closed) {
      this.#publisher.linger = lingerMs;
      this.#publisher.close();
      this.#subscriber.close();
    }
    await Promise.all(this.#loops);
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 && this.#open) {
      const batch = this.#queue;
      this.#queue = [];
      for (const message of batch) {
        if (!(await this.#deliver(message))) return;
      }
      await nextTurn();
    }
    this.#sending = undefined;
  }

  /** False once the socket is closed. */
  async #deliver(message: Outgoing): Promise<boolean> {
    while (this.#open) {
      try {
        await this.#publisher.send(message);
        return true;
      } catch (error) {
        if (!isBusy(error)) return false;
        // XPUB always says it is writable, so there is nothing to wait for but time.
        await sleep(RETRY_MS);
      }
    }
    return false;
  }

  async #readInterest(receiver: LinkReceiver): Promise<void> {
    for await (const [frame] of this.#publisher) {
      const kind = frame?.[0];
      // Any other is a message that some peer sent up against the stream; the broker keeps no account of it.
      if (frame !== undefined && (kind === SUBSCRIBE || kind === UNSUBSCRIBE)) {
        receiver.onInterest(frame.toString("latin1", 1), kind === SUBSCRIBE);
      }
    }
  }

  async #readMessages(receiver: LinkReceiver): Promise<void> {
    for await (const [topic, envelope, ...more] of this.#subscriber) {
      if (topic === undefined || envelope === undefined || more.length > 0) receiver.onMalformed();
      else receiver.onMessage(topic.toString("latin1"), envelope);
    }
  }

  /** A socket that is closed while it is read ends the loop in more than one way; one that breaks ends the link. */
  async #whileOpen(loop: Promise<void>): Promise<void> {
    try {
      await loop;
    } catch {
      // Which of the ways it was does not matter.
    }
    this.#open = false;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}
