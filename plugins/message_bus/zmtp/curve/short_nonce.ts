import { ProtocolError, type ProtocolFault } from "../protocol_error.ts";

/** Bytes of a short nonce: the number of a command among those of its sender in this connection, big-endian. */
export const SHORT_NONCE_BYTES = 8;

const UPPER_HALF = 2 ** 32;

export function writeShortNonce(counter: number, target: Uint8Array, at: number): void {
  const high = Math.floor(counter / UPPER_HALF);
  for (let index = 0; index < 4; index += 1) {
    target[at + index] = high >>> (24 - 8 * index);
    target[at + 4 + index] = counter >>> (24 - 8 * index);
  }
}

export function shortNonce(counter: number): Uint8Array {
  const bytes = new Uint8Array(SHORT_NONCE_BYTES);
  writeShortNonce(counter, bytes, 0);
  return bytes;
}

/**
 * Reads the nonce at `at`. Where it must follow another one, it must be the next: RFC 26 asks for a number that
 * counts up and is never used twice; libzmq accepts larger steps and never makes them. In a stream a gap can only mean
 * that somebody took a command out of it.
 * @param previous the nonce of the command before, undefined for the first
 * @param fault what a wrong one counts as
 * @throws ProtocolError
 */
export function readShortNonce(
  bytes: Uint8Array,
  at: number,
  previous: number | undefined,
  fault: ProtocolFault,
): number {
  const counter = readHalf(bytes, at) * UPPER_HALF + readHalf(bytes, at + 4);
  const next = previous === undefined ? counter : previous + 1;
  // Beyond 2^53 a double no longer counts by one; nobody who begins at one gets there.
  if (counter !== next || counter >= Number.MAX_SAFE_INTEGER) {
    throw new ProtocolError(fault, "Cannot accept a command: its nonce does not follow the one before.");
  }
  return counter;
}

function readHalf(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
