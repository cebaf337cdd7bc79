import type { Logger } from "../../../mod.ts";
import type { BusConfig } from "../config.ts";
import type { Broker } from "../engine.ts";
import { publicKeyOf } from "../zmtp/curve/keys.ts";
import { encodeZ85 } from "../zmtp/curve/z85.ts";
import { ensureBusKeys } from "./bus_keys.ts";
import type { Peer } from "./peer.ts";
import { PeerFolder, type PeerKeys } from "./peer_folder.ts";
import { PeerTable } from "./peer_table.ts";

export interface PeerKeeperOptions {
  readonly config: Pick<BusConfig, "engine" | "peers">;
  readonly dataDir: string;
  /** Names that no program may have: the system's and the bus's own. */
  readonly reserved: readonly string[];
  readonly log: Logger;
}

const RESERVED = "the name belongs to a plugin or to the system";

/** The peers of an install: keeps their table in step with the keys in data_dir. */
export class PeerKeeper {
  readonly table: PeerTable;
  /** The broker's in Z85; undefined where it has none. */
  readonly publicKey: string | undefined;
  readonly #folder: PeerFolder | undefined;
  readonly #log: Logger;
  #ignored: PeerKeys["ignored"] = [];
  #refreshed: Promise<unknown> = Promise.resolve();

  private constructor(table: PeerTable, folder: PeerFolder | undefined, log: Logger) {
    this.table = table;
    this.publicKey = table.publicKey === undefined ? undefined : encodeZ85(table.publicKey);
    this.#folder = folder;
    this.#log = log;
  }

  /**
   * Makes the install's own keys at the first start. Engine native has no use for any.
   * @throws RUNTIME_KEY_EXPOSED, RUNTIME_KEY_INVALID, RUNTIME_DATA_DIR
   */
  static async open({ config, dataDir, reserved, log }: PeerKeeperOptions): Promise<PeerKeeper> {
    const settings = config.peers;
    if (config.engine === "native") {
      const anonymous = { publish: ["*"], subscribe: ["*"] };
      return new PeerKeeper(new PeerTable({ settings, reserved, anonymous }), undefined, log);
    }
    const { broker, cli, isNew } = await ensureBusKeys(dataDir);
    const table = new PeerTable({ settings, reserved, secretKey: broker, cliKey: publicKeyOf(cli) });
    const keeper = new PeerKeeper(table, new PeerFolder(dataDir), log);
    await keeper.#read();
    if (isNew && table.entries().some(({ kind, hasKey }) => kind === "program" && hasKey)) {
      log.warning("The broker has a new key, for bus.key was missing: programs must be told its public key.");
    }
    return keeper;
  }

  /** Files among the keys that count for nothing, and why. */
  get ignored(): PeerKeys["ignored"] {
    return this.#ignored;
  }

  /** Reads the keys again and cuts off whose key counts no more. @returns how many connections, by peer */
  refresh(broker: Broker): Promise<ReadonlyMap<Peer, number>> {
    // One after another: what was read first must not count last, or a revoked key would come back.
    const refreshed = this.#refreshed.then(() => this.#refresh(broker));
    this.#refreshed = refreshed.catch(() => undefined);
    return refreshed;
  }

  /** A plugin of this process. A program that has its name is cut off: it must not be taken for the plugin. */
  plugin(name: string, broker: Broker): Peer {
    const program = this.table.program(name);
    const peer = this.table.plugin(name);
    if (program === undefined) return peer;
    broker.disconnect(program);
    const file = `${name}.pub`;
    this.#ignored = [...this.#ignored, { file, reason: RESERVED }];
    this.#warn(file, RESERVED);
    return peer;
  }

  async #refresh(broker: Broker): Promise<ReadonlyMap<Peer, number>> {
    const changed = await this.#read();
    return new Map(changed.map((peer) => [peer, broker.disconnect(peer)]));
  }

  async #read(): Promise<readonly Peer[]> {
    if (this.#folder === undefined) return [];
    const { keys, ignored } = await this.#folder.read();
    const reserved = Array.from(keys.keys()).filter((name) => this.table.isReserved(name));
    this.#ignored = [...ignored, ...reserved.map((name) => ({ file: `${name}.pub`, reason: RESERVED }))];
    for (const { file, reason } of this.#ignored) this.#warn(file, reason);
    return this.table.setKeys(keys);
  }

  #warn(file: string, reason: string): void {
    this.#log.warning(`The key bus_peers/${file} counts for nothing: ${reason}.`, { file });
  }
}
