/** The envelope as a program without Backplane makes and reads it: protobufjs' static code, an id for each message. */
import { randomUUID } from "node:crypto";
import { logEntry } from "../../../dist/plugins/message_bus/contract.js";
import { aico } from "../../../dist/schemas/generated/aico_core.js";
import { TYPED_TOPIC } from "./wire.js";

const { AicoMessage } = aico.core;
const TYPE_URL = `type.googleapis.com/${logEntry.name}`;

export function encodeTyped(value) {
  const now = Date.now();
  const metadata = {
    messageId: randomUUID(),
    timestamp: { seconds: Math.floor(now / 1_000), nanos: (now % 1_000) * 1e6 },
    source: "bench",
    messageType: TYPED_TOPIC,
    version: "1.0",
  };
  return AicoMessage.encode({ metadata, anyPayload: { type_url: TYPE_URL, value: logEntry.encode(value) } }).finish();
}

export function decodeTyped(bytes) {
  const { anyPayload } = AicoMessage.decode(bytes);
  if (anyPayload?.type_url !== TYPE_URL) throw new Error("not a log entry");
  return logEntry.decode(anyPayload.value);
}
