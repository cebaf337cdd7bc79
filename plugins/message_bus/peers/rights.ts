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
  mayHear: () => true,
});
