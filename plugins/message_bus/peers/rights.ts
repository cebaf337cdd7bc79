import { isInternal, isTopic, parsePattern, type TopicPattern } from "../topic.ts";

/** Patterns of topics, as people write them. */
export interface RightsSettings {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** What a peer may publish and subscribe. */
export interface Rights extends RightsSettings {
  mayPublish(topic: string): boolean;
  /** Whether it may subscribe a prefix: one that a pattern of its rights comes down to, or a longer one. */
  maySubscribe(prefix: string): boolean;
  /** Whether a message may be handed to it: a prefix it may subscribe can hold more topics than its rights. */
  mayReceive(topic: string): boolean;
  /** Whether every topic with this prefix may be handed to it: only then are missing numbers losses. */
  mayReceiveAll(prefix: string): boolean;
  /** Whether it may publish a topic that somebody receives who subscribed this prefix: only then is it told of it. */
  mayHear(prefix: string): boolean;
}

/** No rights are kept: everybody may do everything. */
export const everything: Rights = Object.freeze({
  publish: ["*"],
  subscribe: ["*"],
  mayPublish: () => true,
  maySubscribe: () => true,
  mayReceive: () => true,
  mayReceiveAll: () => true,
  mayHear: () => true,
});

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** A client's own topic: see Interest. */
const OWN_TOPIC = new RegExp(`^_bus([./])client\\1${UUID}$`);
const BARRIER = new RegExp(`^_bus([./])barrier\\1${UUID}\\1\\d{1,15}$`);
const REPLY_TOPIC = new RegExp(`^_reply[./]${UUID}$`);
/** Of topics whose answer is remembered, for each of the two questions. */
const MAX_TOPICS = 4_096;

/**
 * The rights that patterns give, and those that everybody needs to use the bus at all: the topics of its own that a
 * client waits for the broker with, and the answers to its requests. Those are named by UUIDs, which nobody guesses.
 * @throws BUS_PATTERN_INVALID
 */
export function rightsOf(settings: RightsSettings): Rights {
  return new PatternRights(settings);
}

class PatternRights implements Rights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  readonly #publish: readonly TopicPattern[];
  readonly #subscribe: readonly TopicPattern[];
  readonly #mayPublish = new Map<string, boolean>();
  readonly #mayReceive = new Map<string, boolean>();

  constructor({ publish, subscribe }: RightsSettings) {
    this.publish = publish;
    this.subscribe = subscribe;
    this.#publish = publish.map((text) => parsePattern(text));
    this.#subscribe = subscribe.map((text) => parsePattern(text));
  }

  mayPublish(topic: string): boolean {
    return remembered(this.#mayPublish, topic, () =>
      isInternal(topic) ? OWN_TOPIC.test(topic) : matches(this.#publish, topic) || this.#mayReply(topic),
    );
  }

  maySubscribe(prefix: string): boolean {
    if (isInternal(prefix)) return OWN_TOPIC.test(prefix) || BARRIER.test(prefix);
    if (this.#mayAsk(prefix)) return true;
    return this.#subscribe.some((pattern) => isCovered(prefix, pattern) && pattern.mayBegin(prefix));
  }

  mayReceive(topic: string): boolean {
    return remembered(this.#mayReceive, topic, () =>
      isInternal(topic) ? OWN_TOPIC.test(topic) : matches(this.#subscribe, topic) || this.#mayAsk(topic),
    );
  }

  mayReceiveAll(prefix: string): boolean {
    return this.#subscribe.some(
      (pattern) => pattern.text.indexOf("*") === pattern.text.length - 1 && isCovered(prefix, pattern),
    );
  }

  mayHear(prefix: string): boolean {
    if (isInternal(prefix)) return OWN_TOPIC.test(prefix) || BARRIER.test(prefix);
    return this.#mayReply(prefix) || this.#publish.some((pattern) => pattern.mayBegin(prefix));
  }

  /** Who hears requests may answer them. */
  #mayReply(topic: string): boolean {
    return this.#subscribe.length > 0 && REPLY_TOPIC.test(topic);
  }

  /** Who may ask may hear the answers. */
  #mayAsk(topic: string): boolean {
    return this.#publish.length > 0 && REPLY_TOPIC.test(topic);
  }
}

function matches(patterns: readonly TopicPattern[], topic: string): boolean {
  return patterns.some((pattern) => pattern.matches(topic));
}

/** Whether the prefix holds no more than the pattern is subscribed with. */
function isCovered(prefix: string, pattern: TopicPattern): boolean {
  return pattern.prefixes.some((allowed) => prefix.startsWith(allowed));
}

/** What is no topic matches no pattern, and strangers could make up any number of them. */
function remembered(answers: Map<string, boolean>, topic: string, answer: () => boolean): boolean {
  const known = answers.get(topic);
  if (known !== undefined) return known;
  if (!isTopic(topic)) return false;
  const fresh = answer();
  if (answers.size >= MAX_TOPICS) answers.clear();
  answers.set(topic, fresh);
  return fresh;
}
