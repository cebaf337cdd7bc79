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

/** Topics that clients use to find out how far the broker is: each client's own business, and nobody else's. */
const INTERNAL = "_bus.";
/** Topics of answers to one client. Whoever may answer is told of them, and none of those may listen. */
const REPLIES = /^_reply[./]/;
/** No topic is longer. */
const MAX_PREFIX = 255;
const MAX_PREFIXES_EACH = 50_000;
/** Of those that everybody may have, whatever his rights: his own, and where he waits for answers. */
const MAX_OWN_EACH = 1_024;
const OWN = /^_(?:bus|reply)[./]/;
const MAX_ROUTES = 10_000;

/** What one subscriber has, and how much of it everybody may have. */
interface Holding {
  readonly prefixes: Set<string>;
  own: number;
}

/**
 * The heart of the broker: who subscribes what, and so where a topic goes. Everybody sees everything in the order in
 * which it comes here. Knows no sockets.
 */
export class Exchange {
  /** Changes whenever a route may have. */
  version = 0;
  readonly #publishers = new Set<Publisher>();
  /** The newest publishing end of each client that says who it is. */
  readonly #clients = new Map<string, Publisher>();
  /** In the order of the first subscription. */
  readonly #prefixes = new Map<string, Set<Subscriber>>();
  readonly #trie = new PrefixTrie<Set<Subscriber>>();
  readonly #holdings = new Map<Subscriber, Holding>();
  readonly #routes = new Map<string, readonly Subscriber[]>();

  /** From now on the publisher hears what is subscribed, beginning with what is so already. */
  join(publisher: Publisher): void {
    this.#publishers.add(publisher);
    if (publisher.client !== undefined) this.#clients.set(publisher.client, publisher);
    for (const [prefix, subscribers] of this.#prefixes) {
      const heard = prefix.startsWith(INTERNAL)
        ? Array.from(subscribers).some((subscriber) => isSame(publisher, subscriber))
        : publisher.peer.rights.mayHear(prefix);
      if (heard) publisher.tell(prefix, true);
    }
  }

  /** @returns false when its rights, or what one may have at all, do not allow it */
  subscribe(subscriber: Subscriber, prefix: string): boolean {
    const holding = this.#holdings.get(subscriber) ?? { prefixes: new Set<string>(), own: 0 };
    // Else whoever says it again and again would have every route looked up anew.
    if (holding.prefixes.has(prefix)) return true;
    if (!hasRoom(holding, prefix) || !subscriber.peer.rights.maySubscribe(prefix)) return false;
    const subscribers = this.#prefixes.get(prefix);
    if (subscribers !== undefined && isForeign(prefix, subscriber, subscribers)) return false;
    this.#holdings.set(subscriber, holding);
    holding.prefixes.add(prefix);
    if (OWN.test(prefix)) holding.own += 1;
    if (subscribers !== undefined) subscribers.add(subscriber);
    else this.#begin(prefix, subscriber);
    this.#changed(prefix);
    return true;
  }

  unsubscribe(subscriber: Subscriber, prefix: string): void {
    const holding = this.#holdings.get(subscriber);
    const subscribers = this.#prefixes.get(prefix);
    if (holding?.prefixes.delete(prefix) !== true || subscribers === undefined) return;
    if (OWN.test(prefix)) holding.own -= 1;
    subscribers.delete(subscriber);
    if (subscribers.size === 0) {
      this.#prefixes.delete(prefix);
      this.#trie.delete(prefix);
      this.#tell(prefix, false, subscriber);
    }
    this.#changed(prefix);
  }

  leave(end: Subscriber | Publisher): void {
    this.#publishers.delete(end as Publisher);
    if (end.client !== undefined && this.#clients.get(end.client) === end) this.#clients.delete(end.client);
    const { prefixes = [] } = this.#holdings.get(end as Subscriber) ?? {};
    for (const prefix of prefixes) this.unsubscribe(end as Subscriber, prefix);
    this.#holdings.delete(end as Subscriber);
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
    if (topic.startsWith(INTERNAL)) return route;
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
    if (prefix.startsWith(INTERNAL)) {
      const publisher = subscriber.client === undefined ? undefined : this.#clients.get(subscriber.client);
      if (publisher?.peer === subscriber.peer) publisher.tell(prefix, active);
      return;
    }
    for (const publisher of this.#publishers) {
      if (publisher.peer.rights.mayHear(prefix)) publisher.tell(prefix, active);
    }
  }

  #changed(prefix: string): void {
    this.version += 1;
    // They come and go with every question of a client, and lead to itself alone: see route().
    if (!prefix.startsWith(INTERNAL)) this.#routes.clear();
  }
}

function isSame(one: End, other: End): boolean {
  return one.client !== undefined && one.client === other.client && one.peer === other.peer;
}

function hasRoom({ prefixes, own }: Holding, prefix: string): boolean {
  if (prefix.length > MAX_PREFIX || prefixes.size >= MAX_PREFIXES_EACH) return false;
  return own < MAX_OWN_EACH || !OWN.test(prefix);
}

/** Whether somebody else waits for his answers there. */
function isForeign(prefix: string, subscriber: Subscriber, subscribers: ReadonlySet<Subscriber>): boolean {
  if (!REPLIES.test(prefix)) return false;
  return Array.from(subscribers).some(({ peer, client }) => peer !== subscriber.peer || client !== subscriber.client);
}
