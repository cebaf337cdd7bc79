import { ANONYMOUS, CLI, Peer, type Peers } from "./peer.ts";
import { publicKeyOf } from "../zmtp/curve/keys.ts";
import { everything, type Rights, rightsOf, type RightsSettings } from "./rights.ts";

export interface PeerTableOptions {
  /** The manifest's word on what peers may do, by name. */
  readonly settings: Readonly<Record<string, RightsSettings>>;
  /** Names that nobody from outside may use: the system's and the bus's own. */
  readonly reserved: readonly string[];
  /** What programs without a key may do unless the manifest says. Default: publish `logs.*`. */
  readonly anonymous?: RightsSettings;
  /** The broker's. Default: none, CURVE is not spoken. */
  readonly secretKey?: Uint8Array | undefined;
  /** The public key of the install's own command line. */
  readonly cliKey?: Uint8Array | undefined;
}

/** Where a peer comes from. */
export type PeerKind = "plugin" | "program" | "anonymous" | "cli";

export interface PeerEntry {
  readonly peer: Peer;
  readonly kind: PeerKind;
  readonly hasKey: boolean;
  /** Whether the manifest says what it may do. */
  readonly named: boolean;
}

const ANONYMOUS_RIGHTS: RightsSettings = { publish: ["logs.*"], subscribe: [] };
const NOTHING: RightsSettings = { publish: [], subscribe: [] };

/** All the peers of one broker: plugins by their names, programs by their keys, the rest as `anonymous`. */
export class PeerTable implements Peers {
  readonly secretKey: Uint8Array | undefined;
  readonly publicKey: Uint8Array | undefined;
  readonly anonymous: Peer;
  readonly cli: Peer;
  readonly #settings: ReadonlyMap<string, RightsSettings>;
  readonly #reserved: ReadonlySet<string>;
  readonly #cliKey: string | undefined;
  readonly #plugins = new Map<string, Peer>();
  /** Programs, with or without a key: what they did is not forgotten when a key changes. */
  readonly #programs = new Map<string, Peer>();
  #keys = new Map<string, string>();
  #byKey = new Map<string, Peer>();

  constructor({ settings, reserved, secretKey, cliKey, anonymous = ANONYMOUS_RIGHTS }: PeerTableOptions) {
    this.secretKey = secretKey;
    this.publicKey = secretKey === undefined ? undefined : publicKeyOf(secretKey);
    this.#settings = new Map(Object.entries(settings));
    this.#reserved = new Set([...reserved, CLI]);
    this.#cliKey = cliKey === undefined ? undefined : textOf(cliKey);
    this.anonymous = new Peer(ANONYMOUS, this.#rights(ANONYMOUS, rightsOf(anonymous)));
    this.cli = new Peer(CLI, this.#rights(CLI, everything));
  }

  withKey(key: Uint8Array): Peer | undefined {
    const text = textOf(key);
    return text === this.#cliKey ? this.cli : this.#byKey.get(text);
  }

  maySign(peer: Peer, source: string): boolean {
    return peer === this.anonymous ? !this.#isTaken(source) : peer.name === source;
  }

  /** A plugin of this process. From now on no program has its name: a key made for it is nobody's. */
  plugin(name: string): Peer {
    const known = this.#plugins.get(name);
    if (known !== undefined) return known;
    const peer = new Peer(name, this.#rights(name, everything));
    this.#plugins.set(name, peer);
    this.#byKey.delete(this.#keys.get(name) ?? "");
    this.#keys.delete(name);
    return peer;
  }

  /** The program that has a key under this name. */
  program(name: string): Peer | undefined {
    return this.#keys.has(name) ? this.#programs.get(name) : undefined;
  }

  /** Whether a program may not have this name. */
  isReserved(name: string): boolean {
    return name === ANONYMOUS || this.#reserved.has(name) || this.#plugins.has(name);
  }

  /**
   * Replaces the keys of programs, by name; those under reserved names are passed over.
   * @returns who has another key now, or none any more: their connections should be cut
   */
  setKeys(keys: ReadonlyMap<string, Uint8Array>): readonly Peer[] {
    const before = this.#keys;
    const texts = Array.from(keys, ([name, key]) => [name, textOf(key)] as const);
    this.#keys = new Map(texts.filter(([name]) => !this.isReserved(name)));
    this.#byKey = new Map(Array.from(this.#keys, ([name, text]) => [text, this.#program(name)]));
    return Array.from(before.keys())
      .filter((name) => before.get(name) !== this.#keys.get(name))
      .map((name) => this.#program(name));
  }

  /** Every peer that there is or that the manifest names. */
  entries(): readonly PeerEntry[] {
    const named = Array.from(this.#settings.keys()).filter((name) => !this.isReserved(name));
    const programs = new Set([...named, ...this.#keys.keys(), ...this.#programs.keys()]);
    const entry = (peer: Peer, kind: PeerKind, hasKey = false): PeerEntry => ({
      peer,
      kind,
      hasKey,
      named: this.#settings.has(peer.name),
    });
    return [
      entry(this.anonymous, "anonymous"),
      entry(this.cli, "cli", this.#cliKey !== undefined),
      ...Array.from(this.#plugins.values(), (peer) => entry(peer, "plugin")),
      ...Array.from(programs)
        .filter((name) => !this.#plugins.has(name))
        .map((name) => entry(this.#program(name), "program", this.#keys.has(name))),
    ];
  }

  #program(name: string): Peer {
    const known = this.#programs.get(name);
    if (known !== undefined) return known;
    const peer = new Peer(name, this.#rights(name, rightsOf(NOTHING)));
    this.#programs.set(name, peer);
    return peer;
  }

  #rights(name: string, fallback: Rights): Rights {
    const setting = this.#settings.get(name);
    return setting === undefined ? fallback : rightsOf(setting);
  }

  #isTaken(source: string): boolean {
    return (
      this.#reserved.has(source) ||
      this.#plugins.has(source) ||
      this.#keys.has(source) ||
      (source !== ANONYMOUS && this.#settings.has(source))
    );
  }
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
