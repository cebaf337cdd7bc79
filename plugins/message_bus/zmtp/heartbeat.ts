import { ProtocolError } from "./protocol_error.ts";

const HANDSHAKE_MS = 5_000;
/** A peer that says nothing for so long is asked, */
const SILENCE_MS = 10_000;
/** and cut when it does not answer within this. */
const ANSWER_MS = 10_000;
const TTL_UNIT_MS = 100;
const TTL_BYTES = 2;
const MAX_CONTEXT = 16;

/** Whether the other side is still there: deadlines of one session, from outside told the time (RFC 37, "PING"). */
export class Heartbeat {
  /** When something came last; a moment late, for only `tick` knows the time. */
  #heardAt: number;
  #heard = false;
  #askedAt: number | undefined;
  /** The other side wants to be thought dead after so long a silence of its own. */
  #ttlMs = 0;
  #ready = false;

  /** @param now milliseconds by a clock that never jumps */
  constructor(now: number) {
    this.#heardAt = now;
  }

  heard(): void {
    this.#heard = true;
  }

  /** The handshake is done. */
  begin(): void {
    this.#ready = true;
  }

  tick(now: number, minor: number): "cut" | "ping" | undefined {
    if (!this.#ready) return now - this.#heardAt >= HANDSHAKE_MS ? "cut" : undefined;
    if (this.#heard) {
      this.#heard = false;
      this.#heardAt = now;
      this.#askedAt = undefined;
      return undefined;
    }
    const silence = now - this.#heardAt;
    if (this.#ttlMs > 0 && silence >= this.#ttlMs) return "cut";
    if (this.#askedAt !== undefined) return now - this.#askedAt >= ANSWER_MS ? "cut" : undefined;
    // ZMTP 3.0 knows no PING.
    if (minor === 0 || silence < SILENCE_MS) return undefined;
    this.#askedAt = now;
    return "ping";
  }

  /** The data of a PING: no TTL, no context. */
  ping(): Uint8Array {
    return new Uint8Array(TTL_BYTES);
  }

  /** @returns the data of the PONG. @throws ProtocolError "protocol" for a malformed PING */
  pong(ping: Uint8Array): Uint8Array {
    if (ping.length < TTL_BYTES || ping.length > TTL_BYTES + MAX_CONTEXT) {
      throw new ProtocolError("protocol", `a PING has ${ping.length} bytes of data`);
    }
    this.#ttlMs = (ping[0]! * 256 + ping[1]!) * TTL_UNIT_MS;
    return ping.subarray(TTL_BYTES);
  }
}
