import type { Clock } from "../../../mod.ts";
import type { Link } from "../engine.ts";
import type { PublishingEnd } from "./publishing_end.ts";
import type { SubscribingEnd } from "./subscribing_end.ts";

/** A link over sockets: one connection to each of the broker's ports. */
export class ZmtpLink implements Link {
  readonly #publishing: PublishingEnd;
  readonly #subscribing: SubscribingEnd;
  readonly #clock: Clock;
  #open = true;
  #closed: Promise<void> | undefined;

  constructor(publishing: PublishingEnd, subscribing: SubscribingEnd, clock: Clock) {
    this.#publishing = publishing;
    this.#subscribing = subscribing;
    this.#clock = clock;
  }

  get alive(): boolean {
    return this.#open;
  }

  get full(): boolean {
    return this.#open && this.#publishing.full;
  }

  send(topic: string, envelope: Uint8Array): void {
    if (this.#open) this.#publishing.send(topic, envelope);
  }

  async drained(): Promise<void> {
    if (this.#open) await this.#publishing.drained();
  }

  subscribe(prefix: string): void {
    if (this.#open) this.#subscribing.subscribe(prefix);
  }

  unsubscribe(prefix: string): void {
    if (this.#open) this.#subscribing.unsubscribe(prefix);
  }

  close(lingerMs: number): Promise<void> {
    this.#closed ??= this.#close(lingerMs);
    return this.#closed;
  }

  async #close(lingerMs: number): Promise<void> {
    if (lingerMs > 0) await this.#linger(lingerMs);
    this.#open = false;
    this.#subscribing.cut();
    this.#publishing.cut();
  }

  async #linger(lingerMs: number): Promise<void> {
    let timer: Disposable | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, lingerMs, { keepAlive: true });
    });
    await Promise.race([this.#publishing.drained(), deadline]);
    this.#open = false;
    this.#subscribing.cut();
    await Promise.race([this.#publishing.end(), deadline]);
    timer?.[Symbol.dispose]();
  }
}
