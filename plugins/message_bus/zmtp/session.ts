import type { Socket } from "node:net";
import { buildCommand, readCommand } from "./command.ts";
import { FLAG_COMMAND } from "./frame.ts";
import { FrameSender } from "./frame_sender.ts";
import { Handshake, type HandshakeOptions, HANDSHAKE_LIMIT } from "./handshake.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Metadata } from "./mechanism.ts";
import { MessageReader, type MessageSink } from "./message_reader.ts";
import { Outgoing } from "./outgoing.ts";
import { ProtocolError, type ProtocolFault } from "./protocol_error.ts";
import { RoomShare } from "./room_share.ts";
import { SealedReader } from "./sealed_reader.ts";
import type { SharedRoom } from "./shared_room.ts";

/** Of the frame that a sealed one travels in. */
const SEALED_HEADER = 9;
/** With more than this on its way to the other side, no PING is answered. */
const MAX_WAITING_BYTES = 1_048_576;

/** Whoever uses a session. Called from the event loop, but for `onClose` after `cut()`. Must not throw. */
export interface SessionUser {
  /** The handshake is done; frames may be sent. May cut the session, or throw a ProtocolError. */
  onReady(session: Session): void;
  /** As MessageSink.onMessage. */
  onMessage(bytes: Uint8Array, start: number, first: number, firstEnd: number, end: number): void;
  /** A command that is not the session's own business. */
  onCommand(name: string, data: Uint8Array): void;
  /** What had come when this turn began has been read. */
  onRead(): void;
  /** It is over, once. `fault`: why we cut it; undefined when the other side or the network ended it. */
  onClose(fault: ProtocolFault | undefined): void;
}

export interface SessionOptions extends HandshakeOptions {
  /** A message of more bytes, frame headers included, cuts the session. */
  readonly maxMessageBytes: number;
  /** By a clock that never jumps. */
  readonly now: number;
  /** For what waits to be written, and for messages whose ends have not come. Default: no bounds but the user's. */
  readonly outgoingRoom?: SharedRoom;
  readonly incomingRoom?: SharedRoom;
  /** Told of a fault of our own while bytes were read, which cuts the session. Default: it is only counted. */
  readonly onOwnFault?: ((error: unknown) => void) | undefined;
}

/** One connection, from its greeting to its end. It owns the socket. */
export class Session implements MessageSink {
  readonly outgoing: Outgoing;
  readonly #socket: Socket;
  readonly #user: SessionUser;
  readonly #options: SessionOptions;
  readonly #unfinished: RoomShare;
  readonly #handshake: Handshake;
  readonly #heartbeat: Heartbeat;
  readonly #reader: MessageReader;
  #sender: FrameSender | undefined;
  #sealed: SealedReader | undefined;
  #fault: ProtocolFault | undefined;
  #open = true;

  constructor(socket: Socket, options: SessionOptions, user: SessionUser) {
    this.#socket = socket;
    this.#user = user;
    this.#unfinished = new RoomShare(options.incomingRoom);
    this.#options = options;
    this.outgoing = new Outgoing(socket, options.outgoingRoom);
    this.#handshake = new Handshake(options, (bytes) => this.outgoing.append(bytes));
    this.#heartbeat = new Heartbeat(options.now);
    this.#reader = new MessageReader(HANDSHAKE_LIMIT, this);
    socket.on("data", (chunk: Uint8Array) => this.#take(chunk));
    // Why does not matter: "close" follows.
    socket.on("error", () => undefined);
    socket.on("close", () => this.#closed());
    this.#handshake.begin();
  }

  get open(): boolean {
    return this.#open;
  }
  get ready(): boolean {
    return this.#sender !== undefined;
  }
  /** 0 or 1: which spelling of subscriptions the other side has. */
  get minor(): number {
    return this.#handshake.minor;
  }
  /** What the other side told, names in lower case. */
  get metadata(): Metadata {
    return this.#handshake.metadata;
  }
  /** The other side's proven key, if it has one. */
  get peerKey(): Uint8Array | undefined {
    return this.#handshake.peerKey;
  }
  /** Only once ready. */
  get sender(): FrameSender {
    if (this.#sender === undefined) throw new Error("nothing can be sent before the handshake is done");
    return this.#sender;
  }

  command(name: string, ...data: readonly Uint8Array[]): void {
    this.sender.frame(FLAG_COMMAND, buildCommand(name, ...data));
  }

  /** To be called some times a second: cuts what is late, asks what is silent. @param now as SessionOptions.now */
  tick(now: number): void {
    if (!this.#open) return;
    const due = this.#heartbeat.tick(now, this.minor);
    if (due === "cut") this.cut("timeout");
    else if (due === "ping") this.command("PING", this.#heartbeat.ping());
  }

  /** Ends it at once. Safe to call twice. */
  cut(fault?: ProtocolFault): void {
    if (!this.#open) return;
    this.#fault ??= fault;
    this.#socket.destroy();
    this.#closed();
  }

  /**
   * Says that nothing more comes, and goes on reading until the other side ends too: what it has not read yet would be
   * lost otherwise. What has not been written is: await `outgoing.drained()` first.
   */
  end(): void {
    this.#socket.end();
  }

  onMessage(bytes: Uint8Array, start: number, first: number, firstEnd: number, end: number): void {
    if (this.#sender === undefined) throw new ProtocolError("protocol", "a message came where none may");
    if (!this.#open) return;
    if (this.#sealed === undefined) this.#user.onMessage(bytes, start, first, firstEnd, end);
    else if (firstEnd === end) this.#sealed.take(bytes.subarray(first, end));
    else throw new ProtocolError("protocol", "a message came unsealed");
  }

  onCommand(body: Uint8Array): void {
    if (!this.#open) return;
    if (this.#sender === undefined) this.#shake(body);
    else if (this.#sealed !== undefined) this.#sealed.take(body);
    else this.#obey(body);
  }

  #take(chunk: Uint8Array): void {
    if (!this.#open) return;
    try {
      this.#heartbeat.heard();
      const rest = this.#handshake.greet(chunk);
      if (rest !== undefined) this.#reader.push(rest);
      this.#sealed?.flush();
      if (this.#open) this.#unfinished.hold(this.#reader.heldBytes + (this.#sealed?.heldBytes ?? 0));
      if (this.#open && this.ready) this.#user.onRead();
    } catch (error) {
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    const fault = error instanceof ProtocolError ? error.fault : "internal";
    // An ERROR command that waits tells the other side why.
    if (fault === "handshake") this.outgoing.flush();
    if (fault === "internal") this.#options.onOwnFault?.(error);
    this.cut(fault);
  }

  #shake(body: Uint8Array): void {
    if (!this.#handshake.step(body)) return;
    const { traffic } = this.#handshake;
    const { maxMessageBytes } = this.#options;
    this.#sender = new FrameSender(this.outgoing, traffic);
    const plain: MessageSink = {
      onMessage: (...place) => this.#open && this.#user.onMessage(...place),
      onCommand: (command) => this.#obey(command),
    };
    if (traffic !== undefined) this.#sealed = new SealedReader(traffic, maxMessageBytes, plain);
    this.#reader.limit = maxMessageBytes + (traffic === undefined ? 0 : traffic.overhead + SEALED_HEADER);
    this.#heartbeat.begin();
    this.#user.onReady(this);
  }

  #obey(body: Uint8Array): void {
    const { name, data } = readCommand(body, "protocol");
    if (name === "PING") this.#answer(this.#heartbeat.pong(data));
    else if (name === "ERROR") throw new ProtocolError("protocol", "the other side ends it with an error");
    else if (name !== "PONG" && this.#open) this.#user.onCommand(name, data);
  }

  /** That we are there shows as well in whatever waits; and who floods us without reading must not fill our memory. */
  #answer(pong: Uint8Array): void {
    if (this.outgoing.bytes < MAX_WAITING_BYTES) this.command("PONG", pong);
  }

  #closed(): void {
    if (!this.#open) return;
    this.#open = false;
    this.outgoing.end();
    this.#unfinished.hold(0);
    this.#user.onClose(this.#fault);
  }
}
