import type { Clock } from "../../mod.ts";
import type { BusCounters, DropReason } from "./contract.ts";
import type { Delivery } from "./delivery.ts";
import type { Link } from "./engine.ts";
import { readEnvelope, type ReceivedMessage } from "./envelope/message.ts";
import { GapCounter, isEndMark } from "./gap_counter.ts";
import { everything, type Rights } from "./peers/rights.ts";
import { isInternal, isTopic, streamOf } from "./topic.ts";

const MAX_TOPICS = 10_000;

/** What is to be done with the messages of a topic. */
interface Route {
  readonly internal: boolean;
  readonly stream: string;
  readonly deliveries: readonly Delivery[];
}

type Counters = Pick<BusCounters, "received" | "dropped" | "gaps" | "handlerFailures" | "subscriptions">;

/** The receiving side of a connection: checks what comes, counts it, and hands it to the subscriptions it matches. */
export class Inbox {
  readonly #clock: Clock;
  readonly #maxMessageBytes: number;
  readonly #gaps = new GapCounter();
  readonly #deliveries = new Set<Delivery>();
  readonly #prefixes = new Map<string, number>();
  readonly #routes = new Map<string, Route>();
  readonly #dropped: Record<DropReason, number> = {
    malformed: 0,
    too_large: 0,
    invalid_topic: 0,
    queue_full: 0,
    not_a_request: 0,
  };
  readonly #marks = new Map<string, () => void>();
  /** Of the link: what the broker keeps from it is no loss. */
  #rights: Rights = everything;
  #received = 0;
  #failuresOfClosed = 0;

  constructor(clock: Clock, maxMessageBytes: number) {
    this.#clock = clock;
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** What the link brings; what is no proper message is counted. */
  receive(topic: string, envelope: Uint8Array): void {
    const route = this.#routes.get(topic) ?? this.#routeTo(topic);
    if (route === undefined) return this.drop("invalid_topic");
    if (envelope.length > this.#maxMessageBytes) return this.drop("too_large");
    const message = readEnvelope(topic, envelope);
    if (message === undefined) return this.drop("malformed");
    if (route.internal) return this.#arrived(message.attribute("flush") ?? "");
    this.#gaps.note(route.stream, message);
    if (!isEndMark(message)) this.#deliver(message, topic.length + envelope.length, route.deliveries);
  }

  /** Resolves when the flush mark comes back from the broker. */
  async expect(mark: string): Promise<void> {
    await new Promise<void>((resolve) => this.#marks.set(mark, resolve));
  }

  /** The flush mark is no longer waited for. */
  forget(mark: string): void {
    this.#marks.delete(mark);
  }

  drop(reason: DropReason): void {
    this.#dropped[reason] += 1;
  }

  add(delivery: Delivery, link: Link): void {
    this.#deliveries.add(delivery);
    this.#routes.clear();
    for (const prefix of delivery.topics.prefixes) {
      const count = this.#prefixes.get(prefix) ?? 0;
      this.#prefixes.set(prefix, count + 1);
      if (count === 0) link.subscribe(prefix);
    }
  }

  /** The subscription holds at the broker: from now on gaps in what it covers are losses. */
  cover(delivery: Delivery): void {
    const now = this.#clock.now();
    for (const prefix of delivery.topics.prefixes) {
      if (this.#prefixes.has(prefix) && this.#rights.mayReceiveAll(prefix)) this.#gaps.cover(prefix, now);
    }
  }

  /** The link's rights are others now. */
  limit(rights: Rights): void {
    this.#rights = rights;
    this.#routes.clear();
    for (const prefix of this.#prefixes.keys()) if (!rights.mayReceiveAll(prefix)) this.#gaps.uncover(prefix);
  }

  remove(delivery: Delivery, link: Link): void {
    if (!this.#deliveries.delete(delivery)) return;
    this.#failuresOfClosed += delivery.counters.failed;
    this.#routes.clear();
    for (const prefix of delivery.topics.prefixes) {
      const count = (this.#prefixes.get(prefix) ?? 1) - 1;
      this.#prefixes.set(prefix, count);
      if (count > 0) continue;
      this.#prefixes.delete(prefix);
      this.#gaps.uncover(prefix);
      link.unsubscribe(prefix);
    }
  }

  counters(): Counters {
    let handlerFailures = this.#failuresOfClosed;
    for (const delivery of this.#deliveries) handlerFailures += delivery.counters.failed;
    return {
      received: this.#received,
      dropped: { ...this.#dropped },
      gaps: this.#gaps.gaps,
      handlerFailures,
      subscriptions: this.#deliveries.size,
    };
  }

  async close(): Promise<void> {
    for (const delivery of this.#deliveries) await delivery.close();
  }

  #arrived(mark: string): void {
    this.#marks.get(mark)?.();
  }

  #deliver(message: ReceivedMessage, bytes: number, deliveries: readonly Delivery[]): void {
    if (deliveries.length > 0) this.#received += 1;
    const last = deliveries.at(-1);
    for (const delivery of deliveries) {
      const taken = delivery.offer(delivery === last ? message : message.another());
      if (!taken) this.drop("queue_full");
      if (taken) delivery.peer?.countOut(1, bytes);
      else if (delivery.peer !== undefined) delivery.peer.dropped += 1;
    }
  }

  /** Undefined for what is no topic. */
  #routeTo(topic: string): Route | undefined {
    if (!isTopic(topic)) return undefined;
    const deliveries = Array.from(this.#deliveries).filter((delivery) => delivery.takes(topic));
    const route = { internal: isInternal(topic), stream: streamOf(topic), deliveries };
    if (this.#routes.size >= MAX_TOPICS) this.#routes.clear();
    this.#routes.set(topic, route);
    return route;
  }
}
