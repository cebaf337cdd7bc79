import process from "node:process";
import type { XPublisher, XSubscriber } from "zeromq";
import { BackplaneError, type RuntimeName, runtimeName } from "../../../mod.ts";
import type { Broker, BrokerOptions, BusEngine, Endpoints } from "../engine.ts";
import { addressOf, assertPlace, bindError, type PortSetting } from "../engine_address.ts";
import { ZeromqLink } from "./native_link.ts";

type Zeromq = typeof import("zeromq");

/**
 * The engine on libzmq: `zmq_proxy` between an XSUB and an XPUB socket. Node only: on Bun constructing a socket aborts
 * the process, on Deno receiving is unreliable, so neither gets as far as loading the addon.
 */
export function zeromqEngine(runtime: RuntimeName = runtimeName()): BusEngine {
  return {
    name: "native",
    verifiesSource: false,
    startBroker: async (options) => startBroker(await loadZeromq(runtime), options),
    async connect(endpoints, options, receiver) {
      return new ZeromqLink(await loadZeromq(runtime), endpoints, options, receiver);
    },
  };
}

async function loadZeromq(runtime: RuntimeName): Promise<Zeromq> {
  if (runtime !== "node") {
    const shown = runtime === "bun" ? "Bun" : "Deno";
    throw new BackplaneError(
      "BUS_ENGINE_UNSUPPORTED",
      `Cannot use the bus engine "native": the zeromq addon does not work on ${shown}.`,
      {
        remedy: "Leave engine out of the config of message_bus: the engine zmtp runs everywhere.",
        details: { runtime: shown },
      },
    );
  }
  const zeromq = await import("zeromq");
  // Else unsent messages keep the process from exiting. It counts only before the first socket.
  zeromq.context.blocky = false;
  return zeromq;
}

async function startBroker(zeromq: Zeromq, options: BrokerOptions): Promise<Broker> {
  assertPlace(options);
  const common = {
    linger: 0,
    ipv6: options.host.includes(":"),
    sendHighWaterMark: options.highWaterMark,
    receiveHighWaterMark: options.highWaterMark,
    maxMessageSize: options.maxFrameBytes,
  };
  const front = new zeromq.XSubscriber(common);
  const back = new zeromq.XPublisher(common);
  try {
    const endpoints = {
      publish: await bind(front, options.host, options.publishPort, "publish_port"),
      subscribe: await bind(back, options.host, options.subscribePort, "subscribe_port"),
    };
    const inside = insideEndpoints();
    await front.bind(inside.publish);
    await back.bind(inside.subscribe);
    return new ZeromqBroker(zeromq, front, back, endpoints, inside);
  } catch (error) {
    front.close();
    back.close();
    throw error;
  }
}

class ZeromqBroker implements Broker {
  readonly endpoints: Endpoints;
  readonly #zeromq: Zeromq;
  readonly #inside: Endpoints;
  readonly #ended: Promise<void>;
  readonly #terminate: () => void;
  #alive = true;

  constructor(zeromq: Zeromq, front: XSubscriber, back: XPublisher, endpoints: Endpoints, inside: Endpoints) {
    this.#zeromq = zeromq;
    this.endpoints = endpoints;
    this.#inside = inside;
    const proxy = new zeromq.Proxy(front, back);
    const released = Promise.all([closed(front), closed(back)]);
    this.#terminate = () => {
      if (this.#alive) proxy.terminate();
    };
    // A proxy that runs at exit would hold the process for ever.
    process.on("exit", this.#terminate);
    this.#ended = this.#run(proxy.run(), released);
  }

  get alive(): boolean {
    return this.#alive;
  }

  attach(...[options, receiver]: Parameters<Broker["attach"]>): ZeromqLink {
    return new ZeromqLink(this.#zeromq, this.#inside, options, receiver);
  }

  readonly counters = undefined;

  /** It knows no peers. */
  connectionsOf(): number {
    return 0;
  }

  disconnect(): number {
    return 0;
  }

  async close(): Promise<void> {
    this.#terminate();
    await this.#ended;
  }

  async #run(run: Promise<void>, released: Promise<unknown>): Promise<void> {
    // Why a proxy ends does not matter: health sees that it did.
    await run.catch(() => undefined);
    this.#alive = false;
    process.off("exit", this.#terminate);
    await released;
  }
}

/** Resolves once libzmq's own thread has let go of the socket's port. */
function closed(socket: XSubscriber | XPublisher): Promise<void> {
  return new Promise((resolve) => {
    socket.events.on("close", () => resolve());
    socket.events.on("end", () => resolve());
  });
}

async function bind(
  socket: XSubscriber | XPublisher,
  host: string,
  port: number,
  setting: PortSetting,
): Promise<string> {
  const address = addressOf(host, port === 0 ? "*" : port);
  try {
    await socket.bind(address);
  } catch (error) {
    throw bindError(error, address, setting);
  }
  return socket.lastEndpoint ?? address;
}

function insideEndpoints(): Endpoints {
  const id = crypto.randomUUID();
  return { publish: `inproc://${id}/publish`, subscribe: `inproc://${id}/subscribe` };
}
