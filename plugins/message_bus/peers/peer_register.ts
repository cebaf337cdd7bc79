import * as v from "valibot";
import { BackplaneError } from "../../../mod.ts";
import { busConfig, type BusConfig } from "../config.ts";
import { generateKeyPair, publicKeyOf } from "../zmtp/curve/keys.ts";
import { encodeZ85 } from "../zmtp/curve/z85.ts";
import { ensureBusKeys } from "./bus_keys.ts";
import { ANONYMOUS, CLI, PEER_NAME } from "./peer.ts";
import { PeerFolder } from "./peer_folder.ts";
import { peersDocument } from "./peer_document.ts";
import { PeerTable } from "./peer_table.ts";

/** What the register must know of an install. */
export interface Install {
  /** Absolute path of the data folder, existing. */
  readonly dataDir: string;
  /** The system's name. */
  readonly system: string;
  /** Names of all plugins in the manifest. */
  readonly plugins: readonly string[];
  /** What the manifest says under `config` of message_bus. */
  readonly config: unknown;
}

/** A new key of a program, in Z85. */
export interface ProgramKey {
  readonly publicKey: string;
  /** Kept nowhere: it is the program's. */
  readonly secretKey: string;
}

/** Called with a key before it counts: when it throws, nothing has changed. */
export type KeepKey = (key: ProgramKey) => Promise<void>;

/** The keys of an install's peers, as whoever administers them sees them, with or without a running instance. */
export class PeerRegister {
  readonly #install: Install;
  readonly #config: BusConfig;
  readonly #folder: PeerFolder;

  /**
   * @throws PLUGIN_CONFIG_INVALID when the settings of message_bus are not in order
   * @throws BUS_ENGINE_UNSUPPORTED when its engine knows no keys
   */
  constructor(install: Install) {
    this.#install = install;
    this.#config = settingsOf(install.config);
    this.#folder = new PeerFolder(install.dataDir);
  }

  /** Whether the manifest says what the peer may do. */
  isNamed(name: string): boolean {
    return Object.hasOwn(this.#config.peers, name);
  }

  /** The broker's public key in Z85; its keys are made if there are none yet. @throws RUNTIME_KEY_*, RUNTIME_DATA_DIR */
  async serverKey(): Promise<string> {
    const { broker } = await ensureBusKeys(this.#install.dataDir);
    return encodeZ85(publicKeyOf(broker));
  }

  /** @throws BUS_PEER_INVALID, BUS_PEER_EXISTS, RUNTIME_DATA_DIR */
  async add(name: string, keep: KeepKey): Promise<ProgramKey> {
    this.#assertName(name);
    if (await this.#folder.has(name)) throw this.#folder.taken(name);
    return await this.#make(keep, (key) => this.#folder.add(name, key));
  }

  /** A new key in the place of the old one. @throws BUS_PEER_INVALID, BUS_PEER_UNKNOWN, RUNTIME_DATA_DIR */
  async rotate(name: string, keep: KeepKey): Promise<ProgramKey> {
    this.#assertName(name);
    if (!(await this.#folder.has(name))) throw await this.#folder.unknown(name);
    return await this.#make(keep, (key) => this.#folder.replace(name, key));
  }

  /** Also for a name that may have no key: then it had better have none. @throws BUS_PEER_INVALID, BUS_PEER_UNKNOWN */
  async revoke(name: string): Promise<void> {
    assertWellFormed(name);
    await this.#folder.remove(name);
  }

  /** What `GET /peers` of an instance would answer right after its start. */
  async document() {
    const { system, plugins } = this.#install;
    const { broker, cli } = await ensureBusKeys(this.#install.dataDir);
    const settings = this.#config.peers;
    const reserved = [system, ...plugins.filter((name) => !this.isNamed(name))];
    const table = new PeerTable({ settings, reserved, secretKey: broker, cliKey: publicKeyOf(cli) });
    for (const name of plugins) if (this.isNamed(name)) table.plugin(name);
    const { keys, ignored } = await this.#folder.read();
    table.setKeys(keys);
    return peersDocument({ table, ignored, publicKey: encodeZ85(publicKeyOf(broker)) }, undefined);
  }

  async #make(keep: KeepKey, store: (publicKey: Uint8Array) => Promise<void>): Promise<ProgramKey> {
    const pair = generateKeyPair((length) => crypto.getRandomValues(new Uint8Array(length)));
    const key = { publicKey: encodeZ85(pair.publicKey), secretKey: encodeZ85(pair.secretKey) };
    await keep(key);
    await store(pair.publicKey);
    return key;
  }

  #assertName(name: string): void {
    const { system, plugins } = this.#install;
    assertWellFormed(name);
    if (plugins.includes(name)) throw invalid(name, "a plugin has that name, and nobody else may pass for it");
    if (name === CLI) throw invalid(name, "that is the command line; its key is bus_cli.key in data_dir");
    if (name === ANONYMOUS) throw invalid(name, "those are the programs without a key");
    if (name === system) throw invalid(name, "that is the system itself");
  }
}

function settingsOf(given: unknown): BusConfig {
  const { success, output } = v.safeParse(busConfig, given ?? {});
  if (!success) {
    throw new BackplaneError("PLUGIN_CONFIG_INVALID", "Cannot tell the peers of the bus: its settings have faults.", {
      remedy: "Run `backplane check`, which shows them, and mend them.",
    });
  }
  if (output.engine !== "native") return output;
  throw new BackplaneError(
    "BUS_ENGINE_UNSUPPORTED",
    'Cannot tell peers apart: the bus engine "native" knows no keys.',
    {
      remedy: "Set engine of message_bus to zmtp.",
    },
  );
}

function assertWellFormed(name: string): void {
  if (!PEER_NAME.test(name)) throw invalid(name, "it is not lower-case letters, digits, _ and -, at most 64");
}

function invalid(name: string, reason: string): BackplaneError {
  return new BackplaneError("BUS_PEER_INVALID", `Cannot use "${name}" as the name of a peer: ${reason}.`, {
    remedy: "Name the program, for example thermostat.",
    details: { peer: name },
  });
}
