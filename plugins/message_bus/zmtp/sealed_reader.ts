import { FLAG_COMMAND, FLAG_MORE, frameLength, writeFrameHeader } from "./frame.ts";
import type { Traffic } from "./mechanism.ts";
import { MessageReader, type MessageSink } from "./message_reader.ts";

const BLOCK_BYTES = 65_536;

/** Opens sealed frames and puts them together as they would have come in the open, so that they read the same. */
export class SealedReader {
  readonly #traffic: Traffic;
  readonly #reader: MessageReader;
  #block: Uint8Array = new Uint8Array(0);
  #from = 0;
  #used = 0;

  constructor(traffic: Traffic, maxMessageBytes: number, sink: MessageSink) {
    this.#traffic = traffic;
    this.#reader = new MessageReader(maxMessageBytes, sink);
  }

  /** As MessageReader.heldBytes. */
  get heldBytes(): number {
    return this.#reader.heldBytes;
  }

  /** Takes the body of a command frame. @throws ProtocolError */
  take(command: Uint8Array): void {
    const body = this.#traffic.open(command);
    const length = frameLength(body.length);
    if (this.#used + length > this.#block.length) {
      this.flush();
      this.#block = Buffer.allocUnsafeSlow(Math.max(length, BLOCK_BYTES));
      this.#from = this.#used = 0;
    }
    const flags = this.#traffic.flags & (FLAG_MORE | FLAG_COMMAND);
    this.#block.set(body, writeFrameHeader(this.#block, this.#used, flags, body.length));
    this.#used += length;
  }

  /** Hands on what was taken. @throws ProtocolError, and what the sink throws */
  flush(): void {
    if (this.#used === this.#from) return;
    const opened = this.#block.subarray(this.#from, this.#used);
    this.#from = this.#used;
    this.#reader.push(opened);
  }
}
