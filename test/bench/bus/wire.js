/** What the programs of all contestants agree on; c/peer.h says the same. */
export const TOPIC = "bench.data";
export const TYPED_TOPIC = "logs.bench.main";
export const REQUEST = "bench.request";
export const REPLY = "bench.reply";
/**
 * A subscriber subscribes this and its number last: a publisher that sees it knows that the rest holds at the broker.
 */
export const READY = "ready.";

/**
 * The command line that all programs share: `<option> <publish port> <subscribe port> <count> <number> <frame in hex>...`.
 * The number is that of subscribers, or of requests that only warm up.
 */
export function readCommandLine() {
  const [option, publish, subscribe, count, number, ...frames] = process.argv.slice(2);
  return {
    option,
    publishPort: Number(publish),
    subscribePort: Number(subscribe),
    count: Number(count),
    number: Number(number),
    frames: frames.map((hex) => Buffer.from(hex, "hex")),
  };
}

/** Tells the parent a line. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Counts different subscriptions to READY topics. */
export class Readiness {
  #resolve;
  #missing;
  /** Resolves once so many subscribers are ready. */
  all = new Promise((resolve) => (this.#resolve = resolve));

  constructor(subscribers) {
    this.#missing = new Set(Array.from({ length: subscribers }, (_, index) => `${READY}${index}`));
  }

  see(prefix) {
    if (this.#missing.delete(prefix) && this.#missing.size === 0) this.#resolve();
  }
}
