import { MemoryBroker } from "./memory_broker.ts";
import type { Broker, BrokerOptions, BusEngine, Endpoints } from "../engine.ts";
import { addressOf, assertPlace, portInUse, type PortSetting } from "../engine_address.ts";
import { MemoryLink } from "./memory_link.ts";

const FIRST_PORT = 49_152;

/**
 * An engine without sockets, for tests: brokers and links in one process. It runs everywhere and needs no time: what is
 * sent arrives as soon as the code that sends has come to an end. Brokers of one engine do not know those of another.
 */
export function memoryEngine(): BusEngine {
  const engine = new MemoryEngine();
  return {
    name: "memory",
    verifiesSource: false,
    startBroker: async (options) => engine.startBroker(options),
    connect: async (endpoints, options, receiver) => engine.join(endpoints, new MemoryLink(options, receiver)),
  };
}

class MemoryEngine {
  /** By both addresses. */
  readonly #brokers = new Map<string, MemoryBroker>();
  /** Links that came over an address, whether or not a broker is there. */
  readonly #links = new Map<string, Set<MemoryLink>>();

  startBroker(options: BrokerOptions): Broker {
    assertPlace(options);
    const endpoints = {
      publish: this.#bind(options.host, options.publishPort, "publish_port", []),
      subscribe: "",
    };
    endpoints.subscribe = this.#bind(options.host, options.subscribePort, "subscribe_port", [endpoints.publish]);
    const key = placeOf(endpoints);
    const broker = new MemoryBroker(endpoints, options.maxFrameBytes, () => this.#brokers.delete(key));
    this.#brokers.set(key, broker);
    for (const link of this.#links.get(key) ?? []) broker.join(link);
    return broker;
  }

  join(endpoints: Endpoints, link: MemoryLink): MemoryLink {
    const key = placeOf(endpoints);
    const links = this.#links.get(key) ?? new Set();
    this.#links.set(key, links.add(link));
    link.onClose(() => links.delete(link));
    this.#brokers.get(key)?.join(link);
    return link;
  }

  #bind(host: string, port: number, setting: PortSetting, also: readonly string[]): string {
    const taken = new Set(also);
    for (const { endpoints } of this.#brokers.values()) taken.add(endpoints.publish).add(endpoints.subscribe);
    if (port !== 0) {
      const address = addressOf(host, port);
      if (taken.has(address)) throw portInUse(address, setting);
      return address;
    }
    let free = FIRST_PORT;
    while (taken.has(addressOf(host, free))) free += 1;
    return addressOf(host, free);
  }
}

function placeOf({ publish, subscribe }: Endpoints): string {
  return `${publish} ${subscribe}`;
}
