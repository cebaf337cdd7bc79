import type { Peer } from "../peers/peer.ts";
import { PrefixTrie } from "./prefix_trie.ts";

/** One end of a client at the broker. */
interface End {
  readonly peer: Peer;
  /** The same for both ends of one client; undefined where it does not say. */
  readonly client: string | undefined;
}

/** Whom messages are handed to. */
export interface Subscriber extends End {
  /** Whole messages of one topic, as frames with their headers. The bytes do not change any more. */
  takeFrames(topic: string, frames: Uint8Array, messages: number): void;
  /** A message of two frames. The envelope does not change any more. */
  takeMessage(topic: string, envelope: Uint8Array): void;
}

/** Who is told what is subscribed. */
export interface Publisher extends End {
  tell(prefix: string, active: boolean): void;
}

/** Topics that clients use to find out how far the broker is: nobody else's business. */
const INTERNAL = "_bus.";
/** Topics of answers to one client. Whoever may answer is told of them, and none of those may listen. */
const REPLIES = /^_reply[./]/;
/** No topic is longer. */
const MAX_PREFIX = 255;
const MAX_PREFIXES_EACH = 50_000;
const MAX_ROUTES = 10_000;

/**
 * The heart of the broker: who subscribes what, and so where a topic goes. Everybody sees everything in the order in
 * which it comes here. Knows no sockets.
 */
export class Exchange {
  /** Changes whenever a route may have. */
  version = 0;
  readonly #publishers = new Set<Publisher>();
  /** In the order of the first subscription. */
  readonly #prefixes = new Map<string, Set<Subscriber>>();
  readonly #trie = new PrefixTrie<Set<Subscriber>>();
  readonly #ofSubscriber = new Map<Subscriber, Set<string>>();
  readonly #routes = new Map<string, readonly Subscriber[]>();

  /** From now on the publisher hears what is subscribed, beginning with what is so already. */
  join(publisher: Publisher): void {
    this.#publishers.add(publisher);
    for (const [prefix, subscribers] of this.#prefixes) {
      for (const subscriber of subscribers) {
        if (!concerns(publisher, prefix, subscriber)) continue;
        publisher.tell(prefix, true);
        break;
      }
    }
  }

  /** @returns false when its rights, or what one may have at all, do not allow it */
  subscribe(subscriber: Subscriber, prefix: string): boolean {
    const own = this.#ofSubscriber.get(subscriber) ?? new Set();
    // Else whoever says it again and again would have every route looked up anew.
    if (own.has(prefix)) return true;
    if (prefix.length > MAX_PREFIX || own.size >= MAX_PREFIXES_EACH) return false;
    if (!subscriber.peer.rights.maySubscribe(prefix)) return false;
    const subscribers = this.#prefixes.get(prefix);
    if (subscribers !== undefined && isForeign(prefix, subscriber, subscribers)) return false;
    this.#ofSubscriber.set(subscriber, own.add(prefix));
    if (subscribers !== undefined) subscribers.add(subscriber);
    else this.#begin(prefix, subscriber);
    this.#changed();
    return true;
  }

  unsubscribe(subscriber: Subscriber, prefix: string): void {
    const subscribers = this.#prefixes.get(prefix);
    if (subscribers?.delete(subscriber) !== true) return;
    this.#ofSubscriber.get(subscriber)?.delete(prefix);
    if (subscribers.size === 0) {
      this.#prefixes.delete(prefix);
      this.#trie.delete(prefix);
      this.#tell(prefix, false, subscriber);
    }
    this.#changed();
  }

  leave(end: Subscriber | Publisher): void {
    this.#publishers.delete(end as Publisher);
    const prefixes = this.#ofSubscriber.get(end as Subscriber) ?? [];
    for (const prefix of prefixes) this.unsubscribe(end as Subscriber, prefix);
    this.#ofSubscriber.delete(end as Subscriber);
  }

  /** Who gets the messages of a topic. Good until `version` changes. */
  route(topic: string): readonly Subscriber[] {
    const known = this.#routes.get(topic);
    if (known !== undefined) return known;
    const found = new Set<Subscriber>();
    for (const subscribers of this.#trie.along(topic)) {
      for (const subscriber of subscribers) if (subscriber.peer.rights.mayReceive(topic)) found.add(subscriber);
    }
    const route = Array.from(found);
    if (this.#routes.size >= MAX_ROUTES) this.#routes.clear();
    this.#routes.set(topic, route);
    return route;
  }

  /** Everything that is subscribed. */
  prefixes(): Iterable<string> {
    return this.#prefixes.keys();
  }

  #begin(prefix: string, subscriber: Subscriber): void {
    const subscribers = new Set([subscriber]);
    this.#prefixes.set(prefix, subscribers);
    this.#trie.set(prefix, subscribers);
    this.#tell(prefix, true, subscriber);
  }

  #tell(prefix: string, active: boolean, subscriber: Subscriber): void {
    for (const publisher of this.#publishers) {
      if (concerns(publisher, prefix, subscriber)) publisher.tell(prefix, active);
    }
  }

  #changed(): void {
    this.version += 1;
    this.#routes.clear();
  }
}

function concerns(publisher: Publisher, prefix: string, subscriber: Subscriber): boolean {
  if (!prefix.startsWith(INTERNAL)) return publisher.peer.rights.mayHear(prefix);
  return publisher.client === subscriber.client && publisher.peer === subscriber.peer;
}

/** Whether somebody else waits for his answers there. */
function isForeign(prefix: string, subscriber: Subscriber, subscribers: ReadonlySet<Subscriber>): boolean {
  if (!REPLIES.test(prefix)) return false;
  return Array.from(subscribers).some(({ peer, client }) => peer !== subscriber.peer || client !== subscriber.client);
}
