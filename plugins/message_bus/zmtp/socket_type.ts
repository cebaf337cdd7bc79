import { propertyOf } from "./command.ts";
import type { Metadata } from "./mechanism.ts";
import { ProtocolError } from "./protocol_error.ts";

/** What a socket is (RFC 29, "The Publish-Subscribe Pattern"). */
export type SocketType = "PUB" | "SUB" | "XPUB" | "XSUB";

const PEERS: Readonly<Record<SocketType, readonly string[]>> = {
  PUB: ["SUB", "XSUB"],
  XPUB: ["SUB", "XSUB"],
  SUB: ["PUB", "XPUB"],
  XSUB: ["PUB", "XPUB"],
};

/**
 * @param metadata what the other side told of itself, names in lower case
 * @throws ProtocolError "socket_type" when the two do not talk to each other
 */
export function assertCompatible(own: SocketType, metadata: Metadata): void {
  const told = propertyOf(metadata, "Socket-Type") ?? "";
  if (PEERS[own].includes(told)) return;
  throw new ProtocolError(
    "socket_type",
    `a socket ${own} does not talk to ${told === "" ? "one that does not say" : told}`,
  );
}
