import { chmod, lstat, unlink } from "node:fs/promises";
import { createServer, connect, type Server, type Socket } from "node:net";
import { BackplaneError, missingListenFlag } from "../../../mod.ts";
import { parseEndpoint } from "./address.ts";
import { errorCodeOf } from "../error_code.ts";
import { addressOf, bindError, type PortSetting } from "../engine_address.ts";

/** Half-made connections that the kernel keeps for us. */
const BACKLOG = 511;
/** What every system takes; Node 20 cuts off the rest of a longer one, and would listen at some other place. */
const MAX_PATH_BYTES = 103;

/** A place where connections come in. Whoever opened it closes it. */
export class Listener {
  /** As ZeroMQ spells it, with the port that was really taken. */
  readonly endpoint: string;
  readonly #server: Server;

  private constructor(server: Server, endpoint: string) {
    this.#server = server;
    this.endpoint = endpoint;
  }

  /** @throws BUS_PORT_IN_USE, BUS_BIND_FAILED */
  static async tcp(
    host: string,
    port: number,
    setting: PortSetting,
    onConnection: (socket: Socket) => void,
  ): Promise<Listener> {
    const flag = missingListenFlag(host, port);
    if (flag !== undefined) throw notPermitted(addressOf(host, port), flag);
    const server = createServer({ noDelay: true, keepAlive: true }, onConnection);
    try {
      await listening(server, { host, port, backlog: BACKLOG });
    } catch (error) {
      throw bindError(error, addressOf(host, port), setting);
    }
    const bound = server.address();
    const taken = typeof bound === "object" && bound !== null ? bound.port : port;
    return new Listener(server, addressOf(host, taken));
  }

  /**
   * A socket in the file system, for its owner only. One that nobody listens at any more is replaced.
   * @param endpoint `ipc:///path`
   * @throws BUS_PORT_IN_USE, BUS_BIND_FAILED
   */
  static async ipc(endpoint: string, onConnection: (socket: Socket) => void): Promise<Listener> {
    const path = pathOf(endpoint);
    const server = createServer(onConnection);
    try {
      await removeDead(path);
      await listening(server, { path, backlog: BACKLOG });
      await chmod(path, 0o600);
    } catch (error) {
      server.close();
      throw socketError(error, endpoint);
    }
    return new Listener(server, endpoint);
  }

  /** Resolves once the place is free; every connection must have been closed. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function listening(server: Server, options: Parameters<Server["listen"]>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options, () => {
      server.off("error", reject);
      // A connection that cannot be accepted, for want of file descriptors say, is not the end of the others.
      server.on("error", () => undefined);
      resolve();
    });
  });
}

function pathOf(endpoint: string): string {
  const address = parseEndpoint(endpoint);
  if (address === undefined || !("path" in address)) throw new Error(`"${endpoint}" is no path of a socket`);
  const bytes = Buffer.byteLength(address.path);
  if (bytes <= MAX_PATH_BYTES) return address.path;
  const reason = `the path of a socket may have ${MAX_PATH_BYTES} bytes, and ${address.path} has ${bytes}`;
  throw new BackplaneError("BUS_BIND_FAILED", `Cannot start the broker: ${reason}.`, {
    remedy: "Set core.system.data_dir to a shorter path, or ipc to false in the config of message_bus.",
    details: { endpoint, bytes },
  });
}

/** Only a socket, and only when nobody answers there. */
async function removeDead(path: string): Promise<void> {
  const status = await lstat(path).catch(() => undefined);
  if (status?.isSocket() !== true || (await answers(path))) return;
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function notPermitted(address: string, flag: string): BackplaneError {
  return new BackplaneError("BUS_BIND_FAILED", `Cannot start the broker: the process may not listen on ${address}.`, {
    remedy: `Start Deno with ${flag}.`,
    details: { address },
  });
}

function socketError(error: unknown, endpoint: string): BackplaneError {
  const code = errorCodeOf(error);
  const inUse = code === "EADDRINUSE";
  const problem = inUse ? `${endpoint} is in use` : `listening on ${endpoint} failed (${code})`;
  return new BackplaneError(inUse ? "BUS_PORT_IN_USE" : "BUS_BIND_FAILED", `Cannot start the broker: ${problem}.`, {
    remedy: inUse
      ? "Stop the program that uses it, or give this instance a data_dir of its own."
      : "Set core.system.data_dir to a folder that takes sockets, or ipc to false in the config of message_bus.",
    details: { address: endpoint, code },
    cause: error,
  });
}
