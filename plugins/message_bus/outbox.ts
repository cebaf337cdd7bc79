import type { Clock } from "../../mod.ts";
import { messageTooLarge, notAType, notEncoded } from "./bus_errors.ts";
import type { MessageType } from "./contract.ts";
import type { Link } from "./engine.ts";
import { EnvelopeWriter } from "./envelope/writer.ts";
import type { Interest } from "./interest.ts";
import type { Peer } from "./peers/peer.ts";
import type { Rights } from "./peers/rights.ts";
import { SequenceNumbers } from "./sequence.ts";
import { assertTopic } from "./topic.ts";

const MAX_TOPICS = 10_000;

/** What to send, in whose name. The attributes become the outbox's own. */
export interface Outgoing {
  readonly source: string;
  readonly topic: string;
  readonly attributes: Record<string, string>;
  readonly payload?: { readonly type: string; readonly bytes: Uint8Array };
  /** On whose account. */
  readonly peer?: Peer | undefined;
}

/** @throws BUS_MESSAGE_INVALID for what is no message type, and for a value that it cannot encode */
export function payloadOf<T>(type: MessageType<T>, value: T): { type: string; bytes: Uint8Array } {
  const given = type as Partial<MessageType<T>> | undefined | null;
  if (typeof given?.name !== "string" || typeof given.encode !== "function") throw notAType();
  try {
    return { type: type.name, bytes: type.encode(value) };
  } catch (error) {
    throw notEncoded(type.name, error);
  }
}

/** What the bus itself says in attributes: nobody else's word under these names travels. */
const OWN_ATTRIBUTES: readonly string[] = ["epoch", "seq", "end", "correlation_id", "reply_to", "error"];

/** A caller's attributes as they may travel, in an object of their own. */
export function foreignAttributes(given: Readonly<Record<string, string>> | undefined): Record<string, string> {
  if (given === undefined) return {};
  return Object.fromEntries(Object.entries(given).filter(([name]) => !OWN_ATTRIBUTES.includes(name)));
}

/**
 * Told of each message in the order of the calls, also when nobody subscribes to its topic and it is not sent. The bytes
 * are valid during the call.
 */
export type PublishObserver = (topic: string, envelope: Uint8Array) => void;

export interface OutboxOptions {
  readonly clock: Clock;
  /** Who signs the bus's own marks. */
  readonly source: string;
  readonly maxMessageBytes: number;
  /** Whether somebody subscribes to the topic, made certain; rejects when it cannot be. */
  readonly confirm: (topic: string) => Promise<boolean>;
  readonly observe?: PublishObserver | undefined;
}

/** The sending side of a connection: numbers the messages and hands them to the link in the order of the calls. */
export class Outbox {
  readonly #link: Link;
  readonly #interest: Interest;
  readonly #options: OutboxOptions;
  readonly #sequence: SequenceNumbers;
  readonly #writer = new EnvelopeWriter();
  /** Topics that have been looked at. */
  readonly #topics = new Set<string>();
  /** Whoever cannot send at once waits here; undefined while nobody does. */
  #line: Promise<unknown> | undefined;
  #published = 0;
  #unheard = 0;

  constructor(link: Link, interest: Interest, options: OutboxOptions) {
    this.#link = link;
    this.#interest = interest;
    this.#options = options;
    this.#sequence = new SequenceNumbers(options.clock.now());
  }

  get counters(): { readonly published: number; readonly unheard: number } {
    return { published: this.#published, unheard: this.#unheard };
  }

  /** How many the fullest stream has had. */
  get largestStream(): number {
    return this.#sequence.largest;
  }

  /**
   * Sends at once where it can, without a promise: most messages are sent so.
   * @returns false when nobody subscribes to the topic: then it was not sent
   */
  publish(message: Outgoing): boolean | Promise<boolean> {
    this.#assertTopic(message.topic);
    if (this.#line === undefined && !this.#link.full) {
      if (this.#interest.hears(message.topic)) return this.#send(message);
      if (this.#interest.isUnheard(message.topic)) return this.#passOver(message);
    }
    return this.#publishInLine(message);
  }

  /** Sends what carries attributes alone and has no number: the bus's own. */
  mark(topic: string, attributes: Record<string, string>): void {
    this.#link.send(topic, this.#encode({ source: this.#options.source, topic, attributes }));
  }

  /** Resolves once everybody who waits has sent. */
  async settled(): Promise<void> {
    await this.#line;
  }

  /** Tells receivers how many there were, where that is allowed. Nothing may be published after. */
  markEnds(rights: Rights): void {
    for (const { topic, attributes } of this.#sequence.endMarks()) {
      if (rights.mayPublish(topic)) this.mark(topic, attributes);
    }
  }

  #assertTopic(topic: string): void {
    if (this.#topics.has(topic)) return;
    assertTopic(topic);
    if (this.#topics.size >= MAX_TOPICS) this.#topics.clear();
    this.#topics.add(topic);
  }

  #send(message: Outgoing): true {
    const { topic } = message;
    this.#sequence.stamp(topic, message.attributes);
    const envelope = this.#encode(message);
    const limit = this.#options.maxMessageBytes;
    if (envelope.length > limit) throw messageTooLarge(topic, envelope.length, limit);
    this.#link.send(topic, envelope);
    this.#sequence.advance(topic);
    this.#published += 1;
    message.peer?.countIn(topic.length + envelope.length);
    this.#options.observe?.(topic, envelope);
    return true;
  }

  #passOver(message: Outgoing): false {
    this.#unheard += 1;
    this.#options.observe?.(message.topic, this.#encode(message));
    return false;
  }

  #publishInLine(message: Outgoing): Promise<boolean> {
    const turn = (this.#line ?? Promise.resolve()).then(async () => {
      while (this.#link.full) await this.#link.drained();
      const heard = this.#interest.hears(message.topic) || (await this.#options.confirm(message.topic));
      return heard ? this.#send(message) : this.#passOver(message);
    });
    const line = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#line === line) this.#line = undefined;
      });
    this.#line = line;
    return turn;
  }

  #encode(message: Outgoing): Uint8Array {
    const { source, topic, attributes, payload } = message;
    const time = this.#options.clock.now();
    return this.#writer.write({ time, source, topic, attributes, payload });
  }
}
