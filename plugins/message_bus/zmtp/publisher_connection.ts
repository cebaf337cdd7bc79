import type { Peer } from "../peers/peer.ts";
import type { Exchange, Publisher, Subscriber } from "./exchange.ts";
import type { Refusals } from "./refusals.ts";
import type { Session } from "./session.ts";
import type { SourceCheck } from "./source_check.ts";
import { writeSubscription } from "./subscription.ts";
import { TopicMemory } from "./topic_memory.ts";

/** Of subscriptions and their ends that a publisher has not read. */
const MAX_UNREAD_BYTES = 16_777_216;
const NOBODY: readonly Subscriber[] = [];

export interface PublisherSurroundings {
  readonly exchange: Exchange;
  readonly refusals: Refusals;
  /** Undefined: it may use any name. */
  readonly sources: SourceCheck | undefined;
}

/**
 * A program that publishes: it is told what is subscribed, and what it sends goes where its topic leads. The broker's
 * side XSUB. Messages that follow each other on one topic are passed on together, without a look at what they say.
 */
export class PublisherConnection implements Publisher {
  readonly peer: Peer;
  readonly client: string | undefined;
  readonly #session: Session;
  readonly #exchange: Exchange;
  readonly #refusals: Refusals;
  readonly #sources: SourceCheck | undefined;
  readonly #topics = new TopicMemory();
  /** Where the topic of the last message leads; undefined where the peer may not publish on it. */
  #route: readonly Subscriber[] | undefined;
  #version = -1;
  /** Messages of that topic that lie side by side and have not been passed on: `#run[#from, #to)`. */
  #topicOfRun = "";
  #run: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;
  #messages = 0;

  constructor(
    session: Session,
    peer: Peer,
    client: string | undefined,
    { exchange, refusals, sources }: PublisherSurroundings,
  ) {
    this.#session = session;
    this.peer = peer;
    this.client = client;
    this.#exchange = exchange;
    this.#refusals = refusals;
    this.#sources = sources;
  }

  tell(prefix: string, active: boolean): void {
    const session = this.#session;
    if (!session.open) return;
    if (session.outgoing.roomUpTo(MAX_UNREAD_BYTES) < 0) {
      // To leave one out would be a lie about all that follows.
      session.cut("unread");
      return;
    }
    const { flags, body } = writeSubscription({ prefix, active }, session.minor);
    session.sender.frame(flags, body);
  }

  onMessage(bytes: Uint8Array, start: number, first: number, firstEnd: number, end: number): void {
    if (this.#topics.turnTo(bytes, first, firstEnd) || this.#version !== this.#exchange.version) this.#findRoute();
    if (this.#route === undefined) return this.#refuse("publish");
    if (this.#sources?.accepts(bytes, firstEnd, end) === false) return this.#refuse("sign");
    this.peer.countIn(end - start);
    if (bytes !== this.#run || start !== this.#to) {
      this.#passOn();
      this.#run = bytes;
      this.#from = start;
    }
    this.#to = end;
    this.#messages += 1;
  }

  onCommand(): void {
    // A publisher has nothing to command.
  }

  onRead(): void {
    this.#passOn();
    // Else the last chunk would be held until the next comes.
    this.#run = new Uint8Array(0);
  }

  close(): void {
    // What was read before the end, or before the fault, has been counted as passed on.
    this.#passOn();
    this.#exchange.leave(this);
  }

  #refuse(attempt: "publish" | "sign"): void {
    this.#refusals.note(this.peer, attempt, this.#topics.topic);
  }

  #findRoute(): void {
    // What was read before goes where it went then.
    this.#passOn();
    const { topic } = this.#topics;
    this.#topicOfRun = topic;
    this.#version = this.#exchange.version;
    this.#route = this.peer.rights.mayPublish(topic) ? this.#exchange.route(topic) : undefined;
  }

  #passOn(): void {
    if (this.#messages === 0) return;
    const frames = this.#run.subarray(this.#from, this.#to);
    const messages = this.#messages;
    // First, for a subscriber in this process may have this connection cut, and so closed.
    this.#from = this.#to;
    this.#messages = 0;
    for (const subscriber of this.#route ?? NOBODY) subscriber.takeFrames(this.#topicOfRun, frames, messages);
  }
}
