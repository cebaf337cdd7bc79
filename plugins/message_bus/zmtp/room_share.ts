import { ProtocolError } from "./protocol_error.ts";
import type { SharedRoom } from "./shared_room.ts";

/** What one connection has taken of a room. */
export class RoomShare {
  readonly #room: SharedRoom | undefined;
  #held = 0;

  /** @param room default: one without an end */
  constructor(room: SharedRoom | undefined) {
    this.#room = room;
  }

  /** Holds so many bytes from now on, instead of what it held. @throws ProtocolError "memory" when it is over its part */
  hold(bytes: number): void {
    this.#room?.take(bytes - this.#held);
    this.#held = bytes;
    if (bytes > 0 && this.#room !== undefined && bytes > this.#room.free) {
      throw new ProtocolError("memory", "too much has come of messages whose ends have not");
    }
  }
}
