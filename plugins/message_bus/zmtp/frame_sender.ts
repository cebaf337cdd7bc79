import { FLAG_COMMAND, FLAG_MORE, type FramePlace, frameLength, readFrameHeader, writeFrameHeader } from "./frame.ts";
import type { Traffic } from "./mechanism.ts";
import type { Outgoing } from "./outgoing.ts";

/** A sealed frame has its flags inside; libzmq sends it as a message, and drops it when it comes as a command. */
const SEALED = 0;

/** Puts frames into what goes out, sealed where the mechanism seals. */
export class FrameSender {
  readonly #outgoing: Outgoing;
  readonly #traffic: Traffic | undefined;
  readonly #place: FramePlace = { flags: 0, body: 0, end: 0 };

  constructor(outgoing: Outgoing, traffic: Traffic | undefined) {
    this.#outgoing = outgoing;
    this.#traffic = traffic;
  }

  /** Whole messages as they are read: frames with their headers. The bytes must not change any more. */
  frames(bytes: Uint8Array): void {
    if (this.#traffic === undefined) {
      this.#outgoing.append(bytes);
      return;
    }
    const place = this.#place;
    for (let at = 0; at < bytes.length; at = place.end) {
      readFrameHeader(bytes, at, place);
      this.frame(place.flags & (FLAG_MORE | FLAG_COMMAND), bytes.subarray(place.body, place.end));
    }
  }

  /** A topic of Latin-1 characters and an envelope, which is copied. */
  message(topic: string, envelope: Uint8Array): void {
    if (this.#traffic !== undefined) {
      this.frame(FLAG_MORE, Buffer.from(topic, "latin1"));
      this.frame(0, envelope);
      return;
    }
    const outgoing = this.#outgoing;
    const length = frameLength(topic.length) + frameLength(envelope.length);
    let at = outgoing.reserve(length);
    const { block } = outgoing;
    at = writeFrameHeader(block, at, FLAG_MORE, topic.length);
    // For the length of a topic a loop is quicker than a call out of JavaScript.
    for (let index = 0; index < topic.length; index += 1) block[at + index] = topic.charCodeAt(index);
    at = writeFrameHeader(block, at + topic.length, 0, envelope.length);
    block.set(envelope, at);
  }

  frame(flags: number, body: Uint8Array): void {
    const outgoing = this.#outgoing;
    if (this.#traffic === undefined) {
      const at = outgoing.reserve(frameLength(body.length));
      outgoing.block.set(body, writeFrameHeader(outgoing.block, at, flags, body.length));
      return;
    }
    const sealed = body.length + this.#traffic.overhead;
    const at = outgoing.reserve(frameLength(sealed));
    this.#traffic.seal(flags, body, outgoing.block, writeFrameHeader(outgoing.block, at, SEALED, sealed));
  }
}
