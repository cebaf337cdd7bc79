/** Why a connection is cut; counted by kind, so a short closed list. */
export type ProtocolFault =
  /** It is not ZMTP 3. */
  | "greeting"
  /** Its mechanism is not allowed here, or the handshake broke the mechanism's rules. */
  | "handshake"
  /** Its key is known to nobody here. */
  | "unknown_key"
  /** There were as many connections as may be, and it had not said who it is; or its peer had half of them. */
  | "crowded"
  /** Its socket type does not fit. */
  | "socket_type"
  /** The handshake took too long, or heartbeats were not answered. */
  | "timeout"
  /** It does not read what it must be told. */
  | "unread"
  /** A frame, or the frames of one message, are larger than allowed. */
  | "too_large"
  /** All connections together hold too much of messages whose ends have not come, and it more than its part. */
  | "memory"
  /** Something that ZMTP or the mechanism does not allow at this place. */
  | "protocol"
  /** A fault of our own while its bytes were read. */
  | "internal";

/** The other side broke the protocol. Never leaves the engine: its connection is cut and the fault counted. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly fault: ProtocolFault;

  constructor(fault: ProtocolFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
