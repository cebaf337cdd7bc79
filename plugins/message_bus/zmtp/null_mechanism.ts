import { buildCommand, encodeMetadata, parseMetadata, readCommand, refusalOf } from "./command.ts";
import type { Mechanism, Metadata } from "./mechanism.ts";
import { ProtocolError } from "./protocol_error.ts";

/**
 * NULL: no authentication, no secrecy (RFC 37, "The NULL Security Mechanism"). Each side tells its metadata in one
 * READY. Neither waits for the other's, as libzmq does it; an ERROR in its place ends the connection.
 */
export class NullMechanism implements Mechanism {
  readonly peerKey = undefined;
  readonly traffic = undefined;
  readonly #own: Metadata;
  #metadata: Metadata | undefined;

  constructor(metadata: Metadata) {
    this.#own = metadata;
  }

  begin(): Uint8Array {
    return buildCommand("READY", encodeMetadata(this.#own));
  }

  receive(command: Uint8Array): undefined {
    const { name, data } = readCommand(command, "handshake");
    if (name === "ERROR") throw refusalOf(data);
    if (name !== "READY" || this.#metadata !== undefined) throw unexpected(name);
    this.#metadata = parseMetadata(data);
  }

  get done(): boolean {
    return this.#metadata !== undefined;
  }

  get metadata(): Metadata {
    return this.#metadata ?? new Map();
  }
}

function unexpected(name: string): ProtocolError {
  return new ProtocolError("handshake", `Cannot finish the handshake: ${name} is not expected here.`);
}
