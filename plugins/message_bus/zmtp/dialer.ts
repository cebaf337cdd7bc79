import { connect, type Socket } from "node:net";
import type { Clock } from "../../../mod.ts";
import type { Address } from "./address.ts";
import { Session, type SessionOptions, type SessionUser } from "./session.ts";

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 2_000;
const TICK_MS = 500;

export interface DialerOptions extends Omit<SessionOptions, "now" | "asServer"> {
  readonly clock: Clock;
  /** Between 0 and 1: spreads the attempts of many that lost one broker. */
  readonly random: () => number;
}

/** Keeps one connection to an address: when it is lost, or was never made, it tries again, ever more slowly. */
export class Dialer {
  readonly #address: Address;
  readonly #options: DialerOptions;
  readonly #user: SessionUser;
  #session: Session | undefined;
  #attempts = 0;
  #timer: Disposable | undefined;
  #open = true;

  constructor(address: Address, options: DialerOptions, user: SessionUser) {
    this.#address = address;
    this.#options = options;
    this.#user = user;
    this.#dial();
  }

  /** The connection, while there is one that frames can be sent over. */
  get session(): Session | undefined {
    return this.#session?.ready === true && this.#session.open ? this.#session : undefined;
  }

  /** Makes no further connection; the one there is goes on until it is ended or cut. */
  stop(): void {
    this.#open = false;
    this.#timer?.[Symbol.dispose]();
  }

  /** Ends at once. */
  cut(): void {
    this.stop();
    this.#session?.cut();
  }

  #dial(): void {
    const { clock } = this.#options;
    const socket = this.#connect();
    const options = { ...this.#options, asServer: false, now: clock.monotonic() };
    this.#session = new Session(socket, options, {
      onReady: (session) => {
        this.#user.onReady(session);
        // Not before: a broker at whose wrong door we are is not to be asked twenty times a second.
        this.#attempts = 0;
      },
      onMessage: (...place) => this.#user.onMessage(...place),
      onCommand: (name, data) => this.#user.onCommand(name, data),
      onRead: () => this.#user.onRead(),
      onClose: (fault) => {
        this.#user.onClose(fault);
        this.#retry();
      },
    });
    this.#tickLater();
  }

  #connect(): Socket {
    const address = this.#address;
    return "path" in address
      ? connect({ path: address.path })
      : connect({ ...address, noDelay: true, keepAlive: true });
  }

  #tickLater(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#session?.tick(this.#options.clock.monotonic());
      if (this.#session?.open === true) this.#tickLater();
    }, TICK_MS);
  }

  #retry(): void {
    this.#timer?.[Symbol.dispose]();
    if (!this.#open) return;
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    // A timer that keeps the process alive: who has a link open waits for something.
    this.#timer = this.#options.clock.setTimeout(() => this.#dial(), delay * (0.5 + this.#options.random() / 2), {
      keepAlive: true,
    });
  }
}
