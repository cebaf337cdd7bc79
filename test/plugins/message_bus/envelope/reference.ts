import { aico } from "../../../../schemas/generated/aico_core.js";
import { fromMillis, toMillis } from "../../../../schemas/timestamp.ts";
import type { BusMessage } from "../../../../plugins/message_bus/contract.ts";
import type { Envelope } from "../../../../plugins/message_bus/envelope/writer.ts";

/** All that can be asked of a message, as plain data. */
export interface Contents {
  readonly id: string;
  readonly time: number;
  readonly source: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly payload: string;
}

/** An envelope as protobufjs writes it. */
export function referenceEncode(envelope: Envelope): Uint8Array {
  const { payload } = envelope;
  return aico.core.AicoMessage.encode({
    metadata: {
      messageId: envelope.id ?? null,
      timestamp: fromMillis(envelope.time),
      source: envelope.source,
      messageType: envelope.topic,
      version: "1.0",
      attributes: envelope.attributes,
    },
    anyPayload:
      payload === undefined ? null : { type_url: `type.googleapis.com/${payload.type}`, value: payload.bytes },
  }).finish();
}

/** What protobufjs reads in an envelope; undefined when it refuses it. */
export function referenceDecode(bytes: Uint8Array): Contents | undefined {
  let message: aico.core.AicoMessage;
  try {
    message = aico.core.AicoMessage.decode(bytes);
  } catch {
    return undefined;
  }
  const { metadata, anyPayload } = message;
  const url = anyPayload?.type_url ?? "";
  return {
    id: metadata?.messageId ?? "",
    time: toMillis(metadata?.timestamp),
    source: metadata?.source ?? "",
    type: url.slice(url.lastIndexOf("/") + 1),
    attributes: metadata?.attributes ?? {},
    payload: Buffer.from(anyPayload?.value ?? []).toString("hex"),
  };
}

export function contentsOf(message: BusMessage): Contents {
  const { id, time, source, type, attributes } = message;
  return { id, time, source, type, attributes, payload: Buffer.from(message.payload()).toString("hex") };
}
