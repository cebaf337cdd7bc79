import { setMaxListeners } from "node:events";
import { BackplaneError, type Clock } from "../../mod.ts";
import { busClosed, busUnreachable, sourceTaken } from "./bus_errors.ts";
import type { BusCounters, BusMessage, DropReason, SubscribeOptions, Subscription } from "./contract.ts";
import { inTime } from "./deadline.ts";
import { Delivery } from "./delivery.ts";
import type { Link, LinkReceiver } from "./engine.ts";
import { Inbox } from "./inbox.ts";
import { Interest } from "./interest.ts";
import { Outbox, type Outgoing, type PublishObserver } from "./outbox.ts";
import { ANONYMOUS, Peer } from "./peers/peer.ts";
import { everything } from "./peers/rights.ts";
import { takeStanding } from "./peers/standing.ts";
import { repeat } from "./repeat.ts";
import { parsePattern } from "./topic.ts";

export interface ConnectionOptions {
  readonly engine: { readonly name: string; readonly verifiesSource: boolean };
  readonly clock: Clock;
  readonly maxMessageBytes: number;
  /** Messages that a queue on the way may hold. */
  readonly highWaterMark: number;
  /** How long the broker may take to answer before it counts as unreachable. */
  readonly deadlineMs: number;
  /** A handler threw or rejected; `failures` counts those of the subscription. */
  readonly onFailure: (pattern: string, error: unknown, failures: number) => void;
  /** Who signs what the connection itself sends. */
  readonly source: string;
  /** For tests: what is published here. */
  readonly observe?: PublishObserver;
}

export interface DeliverOptions extends SubscribeOptions {
  /** On whose account, and with whose rights. */
  readonly peer?: Peer | undefined;
  /** Called once when the subscription has closed. */
  readonly onClose?: () => void;
}

const QUEUE_LIMIT = 10_000;
const REPEAT_MS = 100;
const END_MARKS = 10;

/** One client of a broker, shared by all who publish and subscribe in its process. Who opened it closes it. */
export class BusConnection {
  readonly interest: Interest;
  /** Who this client is to the broker, and what it may do, by the broker's word; until it says so, everything. */
  readonly peer: Peer;
  readonly #options: ConnectionOptions;
  readonly #link: Link;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #closing = new AbortController();
  #flushes = 0;
  #closed: Promise<void> | undefined;

  private constructor(peer: Peer, interest: Interest, inbox: Inbox, link: Link, options: ConnectionOptions) {
    this.peer = peer;
    this.interest = interest;
    this.#inbox = inbox;
    this.#link = link;
    this.#options = options;
    // Every call that waits for the broker listens to it.
    setMaxListeners(0, this.#closing.signal);
    this.#outbox = new Outbox(link, interest, {
      clock: options.clock,
      source: options.source,
      maxMessageBytes: options.maxMessageBytes,
      observe: options.observe,
      confirm: (topic) => this.#inTime(interest.confirm(topic, link)),
    });
  }

  /**
   * Opens a link and waits until it knows what is subscribed.
   * @throws BUS_UNREACHABLE when no broker answers in time; and what `connect` throws
   */
  static async open(
    connect: (receiver: LinkReceiver) => Link | Promise<Link>,
    options: ConnectionOptions,
  ): Promise<BusConnection> {
    const interest = new Interest(crypto.randomUUID(), options.clock);
    const peer = new Peer(options.source, everything);
    const inbox = new Inbox(options.clock, options.maxMessageBytes);
    const link = await connect({
      onMessage: (topic, envelope) => inbox.receive(topic, envelope),
      onMalformed: () => inbox.drop("malformed"),
      onInterest: (prefix, active) => interest.update(prefix, active),
      onStanding: (standing) => {
        takeStanding(peer, standing);
        inbox.limit(peer.rights);
      },
    });
    const connection = new BusConnection(peer, interest, inbox, link, options);
    try {
      link.subscribe(interest.ownTopic);
      await connection.#barrier();
      return connection;
    } catch (error) {
      await connection.close(0);
      throw error;
    }
  }

  /**
   * @returns false when nobody subscribes to the topic: then it was not sent
   * @throws BUS_CLOSED, BUS_UNREACHABLE, BUS_TOPIC_INVALID, BUS_MESSAGE_TOO_LARGE
   */
  async publish(message: Outgoing): Promise<boolean> {
    return this.publishNow(message);
  }

  /** As publish, and most often without a promise: only where the message has to wait. Throws what can be told at once. */
  publishNow(message: Outgoing): boolean | Promise<boolean> {
    this.#assertOpen();
    return this.#outbox.publish(message);
  }

  /** @throws BUS_CLOSED, BUS_UNREACHABLE, BUS_PATTERN_INVALID */
  async subscribe(
    pattern: string,
    handler: (message: BusMessage) => void | Promise<void>,
    options: DeliverOptions = {},
  ): Promise<Subscription> {
    this.#assertOpen();
    const delivery = new Delivery(parsePattern(pattern), handler, {
      queueLimit: options.queueLimit ?? QUEUE_LIMIT,
      concurrency: options.concurrency ?? 1,
      peer: options.peer,
      onFailure: (error, failures) => this.#options.onFailure(pattern, error, failures),
      onClose: () => {
        this.#inbox.remove(delivery, this.#link);
        options.onClose?.();
      },
    });
    this.#inbox.add(delivery, this.#link);
    try {
      await this.#barrier();
    } catch (error) {
      await delivery.close();
      throw error;
    }
    this.#inbox.cover(delivery);
    return delivery;
  }

  get alive(): boolean {
    return this.#link.alive;
  }

  /** Whether somebody subscribes to the topic, now or within `graceMs`. @throws BUS_CLOSED, BUS_UNREACHABLE */
  async waitForSubscriber(topic: string, graceMs: number): Promise<boolean> {
    this.#assertOpen();
    await this.#barrier();
    return this.interest.heardWithin(topic, graceMs, this.#closing.signal);
  }

  /**
   * Resolves once the broker has handled everything published before.
   * @throws BUS_UNREACHABLE; BUS_FORBIDDEN when it takes nothing that is signed so
   */
  async flush(): Promise<void> {
    await this.#outbox.settled();
    const mark = `${this.interest.id}.${(this.#flushes += 1)}`;
    const arrived = this.#inbox.expect(mark);
    // The broker drops marks too while our own queue is full. Without a broker they would only heap up.
    const sending = repeat(this.#options.clock, REPEAT_MS, () => {
      if (this.interest.connected) this.#outbox.mark(this.interest.ownTopic, { flush: mark });
    });
    try {
      await this.#inTime(arrived);
    } catch (error) {
      throw this.#isSilenced(error) ? sourceTaken(this.#options.source) : error;
    } finally {
      sending[Symbol.dispose]();
      this.#inbox.forget(mark);
    }
  }

  drop(reason: DropReason): void {
    this.#inbox.drop(reason);
  }

  counters(): BusCounters {
    const { name, verifiesSource } = this.#options.engine;
    return { engine: name, sourceVerified: verifiesSource, ...this.#outbox.counters, ...this.#inbox.counters() };
  }

  /** Sends what waits and the end marks, if there is a broker and at most for `lingerMs`, and releases the link. Safe to call twice. */
  close(lingerMs: number): Promise<void> {
    this.#closed ??= this.#close(lingerMs);
    return this.#closed;
  }

  async #close(lingerMs: number): Promise<void> {
    if (lingerMs > 0 && this.interest.connected) await this.#inTime(this.#finish(), lingerMs).catch(() => undefined);
    this.#closing.abort(busClosed());
    await this.#inbox.close();
    await this.#link.close(lingerMs);
  }

  async #finish(): Promise<void> {
    await this.#outbox.settled();
    this.#outbox.markEnds(this.peer.rights);
    await this.flush();
    if (this.#outbox.largestStream < this.#options.highWaterMark) return;
    // So many may have filled a receiver's queue, and then the end mark was dropped with them.
    for (let count = 1; count < END_MARKS; count += 1) {
      await new Promise<void>((resolve) => this.#options.clock.setTimeout(resolve, REPEAT_MS, { keepAlive: true }));
      this.#outbox.markEnds(this.peer.rights);
    }
    await this.flush();
  }

  /** The broker is there, and yet nothing of ours comes back: programs without a key may not sign as others do. */
  #isSilenced(error: unknown): boolean {
    const unanswered = error instanceof BackplaneError && error.code === "BUS_UNREACHABLE";
    const nameless = this.peer.name === ANONYMOUS && this.#options.source !== ANONYMOUS;
    return unanswered && nameless && this.interest.connected;
  }

  /** Then the broker has all subscriptions made before, and all it had are known here. */
  #barrier(): Promise<void> {
    return this.#inTime(this.interest.barrier(this.#link));
  }

  #inTime<T>(promise: Promise<T>, ms = this.#options.deadlineMs): Promise<T> {
    const { clock } = this.#options;
    return inTime(promise, { clock, ms, signals: [this.#closing.signal], onTimeout: () => busUnreachable(ms) });
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw busClosed();
  }
}
