import { latin1 } from "./latin1.ts";

/** Longer than any topic or prefix: what differs only behind this leads nowhere, or to the same place. */
const KEPT_BYTES = 256;

/** Topics as texts, made once for messages that follow each other on one topic. */
export class TopicMemory {
  #bytes: Uint8Array = new Uint8Array(0);
  /** The topic that was looked at last; of what is longer than any topic, the beginning. */
  topic = "";

  /** Makes `topic` that of the bytes. @returns false when it was already */
  turnTo(bytes: Uint8Array, start: number, frameEnd: number): boolean {
    // A stranger's topic may be as large as a message, and is remembered here, in routes and in rights.
    const end = Math.min(frameEnd, start + KEPT_BYTES);
    if (this.#has(bytes, start, end)) return false;
    this.#bytes = new Uint8Array(bytes.subarray(start, end));
    this.topic = latin1(bytes, start, end);
    return true;
  }

  #has(bytes: Uint8Array, start: number, end: number): boolean {
    const known = this.#bytes;
    if (end - start !== known.length) return false;
    for (let index = 0; index < known.length; index += 1) if (bytes[start + index] !== known[index]) return false;
    return true;
  }
}
