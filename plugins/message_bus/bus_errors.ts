import { BackplaneError } from "../../mod.ts";
import { ANONYMOUS, type Peer } from "./peers/peer.ts";

export function busClosed(): BackplaneError {
  return new BackplaneError("BUS_CLOSED", "Cannot use the message bus: it is closed.", {
    remedy: "Publish and subscribe only between start and stop of the plugin that uses the bus.",
  });
}

export function busUnreachable(ms: number): BackplaneError {
  return new BackplaneError("BUS_UNREACHABLE", `Cannot reach the message bus: no broker answered within ${ms} ms.`, {
    remedy:
      "Start Backplane with message_bus enabled, or check host and ports, and beyond loopback the keys: nobody comes in " +
      "there without one.",
    details: { ms },
  });
}

export function publishForbidden(peer: Peer, topic: string): BackplaneError {
  return forbidden(`Cannot publish on ${topic}`, peer, "publish");
}

export function subscribeForbidden(peer: Peer, pattern: string): BackplaneError {
  return forbidden(`Cannot subscribe to ${pattern}`, peer, "subscribe");
}

export function signForbidden(peer: Peer, source: string): BackplaneError {
  return new BackplaneError(
    "BUS_FORBIDDEN",
    `Cannot publish as "${source}": the broker knows this peer as "${peer.name}".`,
    {
      remedy: `Publish under the source ${peer.name}, or use the key that was made for ${source}.`,
      details: { peer: peer.name, source },
    },
  );
}

export function sourceTaken(source: string): BackplaneError {
  return new BackplaneError(
    "BUS_FORBIDDEN",
    `Cannot publish as "${source}": the broker answers, but takes nothing under this name from a program without a key.`,
    {
      remedy: "Publish under a name that no plugin, no peer and not the system has, or come with that peer's key.",
      details: { source },
    },
  );
}

export function messageTooLarge(topic: string, bytes: number, limit: number): BackplaneError {
  const message = `Cannot publish on ${topic}: the message has ${bytes} bytes, and ${limit} are allowed.`;
  return new BackplaneError("BUS_MESSAGE_TOO_LARGE", message, {
    remedy: "Send less at once, or raise max_message_bytes in the config of message_bus.",
    details: { topic, bytes, limit },
  });
}

export function requestTimedOut(topic: string, ms: number): BackplaneError {
  return new BackplaneError("BUS_REQUEST_TIMEOUT", `Cannot finish the request on ${topic}: no reply in ${ms} ms.`, {
    remedy: "Look at the responder's health, or give it a longer timeoutMs.",
    details: { topic, ms },
  });
}

export function requestFailed(topic: string, problem: string): BackplaneError {
  return new BackplaneError("BUS_REQUEST_FAILED", `Cannot finish the request on ${topic}: ${problem}.`, {
    remedy: "Look at the responder: its log has the cause.",
    details: { topic, problem },
  });
}

export function notAType(): BackplaneError {
  return new BackplaneError("BUS_MESSAGE_INVALID", "Cannot send a message: what is given as its type is none.", {
    remedy: "Give an object with name, encode() and decode(), then the value: publish(topic, logEntry, entry).",
  });
}

export function notEncoded(type: string, cause: unknown): BackplaneError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `Cannot send a message: its value cannot be encoded as ${type}: ${reason}.`;
  return new BackplaneError("BUS_MESSAGE_INVALID", message, {
    remedy: `Give a value that has every field ${type} needs.`,
    details: { type },
    cause,
  });
}

function forbidden(attempt: string, { name, rights }: Peer, right: "publish" | "subscribe"): BackplaneError {
  const patterns = rights[right];
  const allowed = patterns.length === 0 ? "nothing" : `${patterns.join(", ")} only`;
  const setting = `core.api_gateway.plugins.message_bus.config.peers.${name}.${right}`;
  const pattern = `a pattern to ${setting} in the manifest and restart, if it shall be allowed.`;
  // First what opens the bus to nobody else.
  const key = "Come with a key, as the user who owns data_dir or by one that backplane bus peer add makes";
  return new BackplaneError("BUS_FORBIDDEN", `${attempt}: the peer "${name}" may ${right} ${allowed}.`, {
    remedy: name === ANONYMOUS ? `${key}; or add ${pattern}` : `Add ${pattern}`,
    details: { peer: name, [right]: patterns },
  });
}
