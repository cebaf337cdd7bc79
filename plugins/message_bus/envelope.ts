import { BackplaneError } from "../../mod.ts";
import { aico } from "../../schemas/generated/aico_core.js";
import { fromMillis, toMillis } from "../../schemas/timestamp.ts";
import type { BusMessage, MessageType } from "./contract.ts";

const TYPE_URL = "type.googleapis.com/";
const VERSION = "1.0";
const NOTHING = new Uint8Array(0);

/** What goes into an AicoMessage. */
export interface Envelope {
  readonly topic: string;
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly source: string;
  readonly attributes: Record<string, string>;
  /** Undefined for the bus's own marks, which carry attributes alone. */
  readonly payload?: { readonly type: string; readonly bytes: Uint8Array };
}

/** @returns the bytes of an `aico.core.AicoMessage` */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const { payload } = envelope;
  return aico.core.AicoMessage.encode({
    metadata: {
      messageId: envelope.id,
      timestamp: fromMillis(envelope.time),
      source: envelope.source,
      messageType: envelope.topic,
      version: VERSION,
      attributes: envelope.attributes,
    },
    anyPayload: payload === undefined ? null : { type_url: TYPE_URL + payload.type, value: payload.bytes },
  }).finish();
}

/** The message in the bytes of an AicoMessage; undefined when they are none. The payload stays a view of `bytes`. */
export function decodeEnvelope(topic: string, bytes: Uint8Array): BusMessage | undefined {
  try {
    return new ReceivedMessage(topic, aico.core.AicoMessage.decode(bytes));
  } catch {
    return undefined;
  }
}

class ReceivedMessage implements BusMessage {
  readonly topic: string;
  readonly #message: aico.core.AicoMessage;

  constructor(topic: string, message: aico.core.AicoMessage) {
    this.topic = topic;
    this.#message = message;
  }

  get id(): string {
    return this.#message.metadata?.messageId ?? "";
  }
  get time(): number {
    return toMillis(this.#message.metadata?.timestamp);
  }
  get source(): string {
    return this.#message.metadata?.source ?? "";
  }
  get type(): string {
    const url = this.#message.anyPayload?.type_url ?? "";
    return url.slice(url.lastIndexOf("/") + 1);
  }
  get attributes(): Readonly<Record<string, string>> {
    return this.#message.metadata?.attributes ?? {};
  }

  payload(): Uint8Array {
    return this.#message.anyPayload?.value ?? NOTHING;
  }

  decode<T>(type: MessageType<T>): T {
    if (this.type !== type.name) {
      throw this.#invalid(type, this.type === "" ? "it has no payload" : `its payload is ${this.type}`);
    }
    try {
      return type.decode(this.payload());
    } catch (error) {
      throw this.#invalid(type, "its bytes are not a message of that type", error);
    }
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
