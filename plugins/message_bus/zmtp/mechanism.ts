/** What each side tells of itself in a handshake: `Socket-Type`, `Identity` and others. Names compare without case. */
export type Metadata = ReadonlyMap<string, Uint8Array>;

/**
 * One side of a security handshake and what comes after it (RFC 37, "Security Mechanisms"): a state machine over
 * bytes, without sockets and clocks. A command is the body of a command frame: its name's length, its name, its data.
 */
export interface Mechanism {
  /** The command that goes out before any has come in; undefined when the other side begins. */
  begin(): Uint8Array | undefined;
  /**
   * Takes a command of the handshake; answers the command to send, if any.
   * @throws ProtocolError for whatever the mechanism does not allow; the connection must then be cut
   */
  receive(command: Uint8Array): Uint8Array | undefined;
  /** True once both sides have agreed; what `receive` answered last must still be sent. */
  readonly done: boolean;
  /** What the other side told; complete when done. */
  readonly metadata: Metadata;
  /** The other side's long-term key of 32 bytes, proven; undefined where the mechanism knows no keys. */
  readonly peerKey: Uint8Array | undefined;
  /** How frames travel once done; undefined: as they are. */
  readonly traffic: Traffic | undefined;
}

/**
 * Frames in disguise: each travels as the body of another one. RFC 26 calls that one a command; libzmq sends it without
 * any flag and takes no other, so both are read and the second is written.
 */
export interface Traffic {
  /** Bytes that `seal` adds to a frame's body. */
  readonly overhead: number;
  /**
   * Writes the body of what carries a frame into `target` from `at` on.
   * @param flags of the frame: FLAG_MORE, FLAG_COMMAND
   * @returns where it ends
   */
  seal(flags: number, body: Uint8Array, target: Uint8Array, at: number): number;
  /**
   * Opens the body of what carries a frame.
   * @returns the frame's body; like its flags in `flags` it holds until the next call
   * @throws ProtocolError for what was not sealed by the other side, or comes twice or out of order
   */
  open(command: Uint8Array): Uint8Array;
  readonly flags: number;
}
