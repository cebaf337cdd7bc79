import { BackplaneError } from "../../../mod.ts";
import { toMillis } from "../../../schemas/timestamp.ts";
import type { BusMessage, MessageType } from "../contract.ts";
import { type EnvelopeLayout, layOut } from "./layout.ts";
import type { AttributeReader } from "../gap_counter.ts";
import { isTextAt, textOf } from "./text.ts";

/**
 * The message in the bytes of an AicoMessage, or undefined when they are none. The bytes stay the caller's, and must not
 * change while the message is in use.
 */
export function readEnvelope(topic: string, bytes: Uint8Array): ReceivedMessage | undefined {
  const layout = layOut(bytes);
  return layout === undefined ? undefined : new ReceivedMessage(topic, bytes, layout);
}

/**
 * A message for one receiver. Its parts are read when they are asked for. Its bytes are shared with other receivers,
 * until this one gets hold of them or lets the message wait: then it has a copy of its own.
 */
export class ReceivedMessage implements BusMessage, AttributeReader {
  readonly topic: string;
  readonly #layout: EnvelopeLayout;
  #bytes: Uint8Array;
  #owned = false;
  #attributes: Readonly<Record<string, string>> | undefined;

  constructor(topic: string, bytes: Uint8Array, layout: EnvelopeLayout) {
    this.topic = topic;
    this.#bytes = bytes;
    this.#layout = layout;
  }

  get id(): string {
    return textOf(this.#bytes, this.#layout.idStart, this.#layout.idEnd);
  }
  get time(): number {
    return toMillis(this.#layout);
  }
  get source(): string {
    return textOf(this.#bytes, this.#layout.sourceStart, this.#layout.sourceEnd);
  }
  get type(): string {
    const url = textOf(this.#bytes, this.#layout.typeUrlStart, this.#layout.typeUrlEnd);
    return url.slice(url.lastIndexOf("/") + 1);
  }
  get attributes(): Readonly<Record<string, string>> {
    this.#attributes ??= this.#readAttributes();
    return this.#attributes;
  }

  attribute(name: string, likely?: string): string | undefined {
    const bytes = this.#bytes;
    const { attributes } = this.#layout;
    for (let index = attributes.length - 4; index >= 0; index -= 4) {
      if (!isTextAt(bytes, attributes[index]!, attributes[index + 1]!, name)) continue;
      const [start, end] = [attributes[index + 2]!, attributes[index + 3]!];
      return likely !== undefined && isTextAt(bytes, start, end, likely) ? likely : textOf(bytes, start, end);
    }
    return undefined;
  }

  payload(): Uint8Array {
    this.own();
    return this.#payload();
  }

  decode<T>(type: MessageType<T>): T {
    if (!this.#isOf(type.name)) {
      throw this.#invalid(type, this.type === "" ? "it has no payload" : `its payload is ${this.type}`);
    }
    try {
      return type.decode(type.detached === true ? this.#payload() : this.payload());
    } catch (error) {
      throw this.#invalid(type, "its bytes are not a message of that type", error);
    }
  }

  /** The same message for another receiver. */
  another(): ReceivedMessage {
    return new ReceivedMessage(this.topic, this.#bytes, this.#layout);
  }

  /** Makes the bytes this message's own: nobody else sees what happens to them, and nothing larger is kept in memory. */
  own(): void {
    if (this.#owned) return;
    // Not slice(), which of a Buffer would be a view.
    this.#bytes = new Uint8Array(this.#bytes);
    this.#owned = true;
  }

  #payload(): Uint8Array {
    const { payloadStart, payloadEnd } = this.#layout;
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + payloadStart, payloadEnd - payloadStart);
  }

  #isOf(name: string): boolean {
    const { typeUrlStart, typeUrlEnd } = this.#layout;
    const start = typeUrlEnd - name.length;
    const SLASH = 47;
    if (start > typeUrlStart && this.#bytes[start - 1] === SLASH && isTextAt(this.#bytes, start, typeUrlEnd, name)) {
      return !name.includes("/");
    }
    return this.type === name;
  }

  #readAttributes(): Record<string, string> {
    const { attributes } = this.#layout;
    const found: Record<string, string> = {};
    for (let index = 0; index < attributes.length; index += 4) {
      const name = textOf(this.#bytes, attributes[index]!, attributes[index + 1]!);
      const value = textOf(this.#bytes, attributes[index + 2]!, attributes[index + 3]!);
      // An ordinary assignment to this name would be lost.
      if (name === "__proto__")
        Object.defineProperty(found, name, { value, enumerable: true, configurable: true, writable: true });
      else found[name] = value;
    }
    return found;
  }

  #invalid(type: MessageType<unknown>, problem: string, cause?: unknown): BackplaneError {
    const message = `Cannot read the message on ${this.topic} as ${type.name}: ${problem}.`;
    return new BackplaneError("BUS_MESSAGE_INVALID", message, {
      remedy: `Look at message.type first, or have the publisher (${this.source || "unnamed"}) send ${type.name}.`,
      details: { topic: this.topic, expected: type.name, type: this.type, source: this.source },
      cause,
    });
  }
}
