import { setMaxListeners } from "node:events";
import type { Clock } from "../clock.ts";
import { BackplaneError } from "../errors.ts";
import type { Resource } from "../plugin.ts";
import type { Offer } from "../container.ts";
import type { ServiceKey } from "../service_key.ts";

const NOTHING: readonly Offer[] = Object.freeze([]);

/** A promise where one is needed, undefined where everything is already done. */
export type Pending = Promise<void> | undefined;

/** Told of each resource that could not be released, and whose it was. */
export type ReleaseErrorHandler = (error: unknown, plugin: string) => void;

/**
 * One run of one plugin: its signal, what it owns, what it offers. Closing releases everything owned, last first;
 * afterwards nothing can be offered, and what is still handed over is released on the spot.
 */
export class Scope {
  readonly #plugin: string;
  readonly #onReleaseError: ReleaseErrorHandler;
  /** Made when it is first needed, like the next: most runs own nothing, and many offer nothing. */
  #owned: Resource[] | undefined;
  #offered: Offer[] | undefined;
  #controller: AbortController | undefined;
  #ended = false;
  #closed = false;

  /** @param onReleaseError after it the other resources are released all the same */
  constructor(plugin: string, onReleaseError: ReleaseErrorHandler) {
    this.#plugin = plugin;
    this.#onReleaseError = onReleaseError;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      // A plugin with many requests under way listens as often: that is no leak to be warned of.
      setMaxListeners(0, this.#controller.signal);
      if (this.#ended) this.#abort();
    }
    return this.#controller.signal;
  }

  get offered(): readonly Offer[] {
    return this.#offered ?? NOTHING;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws TypeError for what cannot be released */
  own<T extends Resource>(resource: T): T {
    assertReleasable(resource);
    if (this.#closed) void this.#release(resource);
    else (this.#owned ??= []).push(resource);
    return resource;
  }

  /** Whether a service of this name is among what is offered. */
  offers(name: string): boolean {
    return this.offered.some(({ key }) => key.name === name);
  }

  /** @throws SERVICE_SCOPE_CLOSED, SERVICE_ALREADY_PROVIDED */
  offer(key: ServiceKey<unknown>, value: unknown): void {
    if (this.#closed || this.#ended) {
      throw new BackplaneError(
        "SERVICE_SCOPE_CLOSED",
        `Cannot provide service "${key.name}": this run of plugin "${this.#plugin}" has ended.`,
        { remedy: "Provide services before start() ends, and stop working when the plugin's signal aborts." },
      );
    }
    if (this.offers(key.name)) {
      throw new BackplaneError(
        "SERVICE_ALREADY_PROVIDED",
        `Cannot provide service "${key.name}": plugin "${this.#plugin}" has already provided it in this run.`,
        { remedy: "Call provideService once for each key." },
      );
    }
    const offer = { key, value };
    if (this.#offered === undefined) this.#offered = [offer];
    else this.#offered.push(offer);
  }

  /** Tells everyone who listens to the signal that the run is ending; owned things stay until `close`. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#controller !== undefined) this.#abort();
  }

  /**
   * Ends the run and releases what it owns, last owned first, one after the other. When `deadlineMs` have passed the
   * rest is still released, in order, but no longer awaited.
   */
  close(clock: Clock, deadlineMs: number): Pending {
    this.end();
    if (this.#closed) return undefined;
    this.#closed = true;
    return this.#owned === undefined ? undefined : this.#releaseAll(this.#owned, clock, deadlineMs);
  }

  async #releaseAll(owned: Resource[], clock: Clock, deadlineMs: number): Promise<void> {
    let late = false;
    let giveUp: (() => void) | undefined;
    const deadline = new Promise<void>((resolve) => (giveUp = resolve));
    // Something that is never released must not end the process before the others are.
    const expire = (): void => {
      late = true;
      giveUp?.();
    };
    const timer = clock.setTimeout(expire, deadlineMs, { keepAlive: true });
    for (let resource = owned.pop(); resource !== undefined; resource = owned.pop()) {
      const released = this.#release(resource);
      if (released !== undefined && !late) await Promise.race([released, deadline]);
    }
    timer[Symbol.dispose]();
    if (late) this.#failed(new Error(`what it owns was not released within ${Math.round(deadlineMs)} ms`));
  }

  #release(resource: Resource): Pending {
    try {
      const result: unknown = dispose(resource);
      return isThenable(result)
        ? Promise.resolve(result).then(
            () => undefined,
            (error) => this.#failed(error),
          )
        : undefined;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #failed(error: unknown): void {
    this.#onReleaseError(error, this.#plugin);
  }

  #abort(): void {
    this.#controller?.abort(new DOMException(`plugin "${this.#plugin}" is stopping`, "AbortError"));
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** A plugin may be JavaScript: better told when it hands the thing over than when it stops. */
function assertReleasable(resource: unknown): void {
  const isObject = typeof resource === "object" && resource !== null;
  if (typeof resource === "function") return;
  if (isObject && (Symbol.asyncDispose in resource || Symbol.dispose in resource)) return;
  throw new TypeError("own() takes a function, or an object with Symbol.dispose or Symbol.asyncDispose");
}

function dispose(resource: Resource): unknown {
  if (typeof resource === "function") return resource();
  if (Symbol.asyncDispose in resource) return resource[Symbol.asyncDispose]();
  return resource[Symbol.dispose]();
}
