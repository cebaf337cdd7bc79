import { BackplaneError } from "./errors.ts";
import { isPerConsumer, type PerConsumer, type ServiceConsumer, serviceFor } from "./plugin.ts";
import type { ServiceKey } from "./service_key.ts";

/** What stands behind a key now. */
export interface Provided {
  readonly key: ServiceKey<unknown>;
  readonly value: unknown;
  /** The plugin, or undefined for the host. */
  readonly owner: string | undefined;
  /** Whether the value is made for each consumer: asked once, and not each time that somebody uses it. */
  readonly perConsumer: boolean;
}

/** A service that a run of a plugin offers. */
export interface Offer {
  readonly key: ServiceKey<unknown>;
  readonly value: unknown;
}

/** What is provided, by whom. A plugin's services are here exactly while it is `running`. */
export class ServiceContainer {
  readonly #provided = new Map<string, Provided>();

  /**
   * Registers a value of the host's, there from the beginning to the end.
   * @throws SERVICE_ALREADY_PROVIDED
   */
  register<T>(key: ServiceKey<T>, value: T | PerConsumer<T>): void {
    this.#add(key, value, undefined);
  }

  /**
   * Makes a plugin's services visible, all or none.
   * @throws SERVICE_ALREADY_PROVIDED
   */
  publish(owner: string, offers: readonly Offer[]): void {
    for (const { key } of offers) this.#assertFree(key);
    for (const { key, value } of offers) this.#add(key, value, owner);
  }

  /** Takes back what of these the plugin had published; what others provide under such a key stays. */
  withdraw(owner: string, offers: readonly Offer[]): void {
    for (const { key } of offers) {
      if (this.#provided.get(key.name)?.owner === owner) this.#provided.delete(key.name);
    }
  }

  /** Undefined while nobody provides it. A provider's next run is a new object. */
  find(key: ServiceKey<unknown>): Provided | undefined {
    return this.#provided.get(key.name);
  }

  get hostKeys(): ServiceKey<unknown>[] {
    return [...this.#provided.values()].filter((item) => item.owner === undefined).map((item) => item.key);
  }

  #add(key: ServiceKey<unknown>, value: unknown, owner: string | undefined): void {
    this.#assertFree(key);
    this.#provided.set(key.name, { key, value, owner, perConsumer: isPerConsumer(value) });
  }

  #assertFree(key: ServiceKey<unknown>): void {
    const taken = this.#provided.get(key.name);
    if (taken === undefined) return;
    const who = taken.owner === undefined ? "the host" : `plugin "${taken.owner}"`;
    throw new BackplaneError(
      "SERVICE_ALREADY_PROVIDED",
      `Cannot provide service "${key.name}": ${who} already provides it.`,
      { remedy: "Provide each service once; choose between plugins with core.api_gateway.bind." },
    );
  }
}

/** The container as one consumer sees it: a per-consumer service is made once for each run of its provider. */
export class ServiceViews {
  readonly #container: ServiceContainer;
  readonly #consumer: ServiceConsumer;
  /** Of services that are made for each consumer; the others are the same for all. */
  #views: WeakMap<Provided, unknown> | undefined;

  constructor(container: ServiceContainer, consumer: ServiceConsumer) {
    this.#container = container;
    this.#consumer = consumer;
  }

  /** Undefined while nobody provides it. */
  find<T>(key: ServiceKey<T>): T | undefined {
    const provided = this.#container.find(key);
    if (provided === undefined) return undefined;
    const { value, perConsumer } = provided;
    if (!perConsumer) return value as T;
    this.#views ??= new WeakMap();
    if (!this.#views.has(provided)) this.#views.set(provided, serviceFor(value, this.#consumer));
    return this.#views.get(provided) as T;
  }
}
