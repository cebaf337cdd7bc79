import { buildCommand } from "./command.ts";
import { FLAG_COMMAND } from "./frame.ts";
import { latin1 } from "./latin1.ts";

/** Somebody begins or ceases to want the topics with this prefix. */
export interface SubscriptionChange {
  readonly prefix: string;
  readonly active: boolean;
}

/** A subscription as one frame. */
export interface SubscriptionFrame {
  readonly flags: number;
  readonly body: Uint8Array;
}

/** Since ZMTP 3.1 a subscription is a command; before, a message: 1 or 0, then the prefix. */
export function writeSubscription({ prefix, active }: SubscriptionChange, minor: number): SubscriptionFrame {
  const bytes = Buffer.from(prefix, "latin1");
  if (minor > 0) return { flags: FLAG_COMMAND, body: buildCommand(active ? "SUBSCRIBE" : "CANCEL", bytes) };
  return { flags: 0, body: Uint8Array.of(active ? 1 : 0, ...bytes) };
}

/** Of a command; undefined when it is another. */
export function subscriptionOfCommand(name: string, data: Uint8Array): SubscriptionChange | undefined {
  if (name !== "SUBSCRIBE" && name !== "CANCEL") return undefined;
  return { prefix: latin1(data, 0, data.length), active: name === "SUBSCRIBE" };
}

/** Of a message's only frame; undefined when it is a message of another kind. */
export function subscriptionOfMessage(bytes: Uint8Array, start: number, end: number): SubscriptionChange | undefined {
  const kind = bytes[start];
  if (start === end || (kind !== 0 && kind !== 1)) return undefined;
  return { prefix: latin1(bytes, start + 1, end), active: kind === 1 };
}
