import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { BackplaneError } from "../../../mod.ts";
import { errorCodeOf } from "../error_code.ts";
import { PEER_NAME } from "./peer.ts";
import { decodeZ85, encodeZ85 } from "../zmtp/curve/z85.ts";

const SUFFIX = ".pub";
const KEY_CHARACTERS = 40;
/** A symbolic link is refused, and a FIFO in the file's place cannot hold up the start. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What a folder of keys holds. */
export interface PeerKeys {
  /** By name, in the order of the names. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
  /** Files that count for nothing, and why. */
  readonly ignored: readonly { readonly file: string; readonly reason: string }[];
}

/** The public keys of an install's peers: `bus_peers/<name>.pub` in its data_dir, 40 characters of Z85 each. */
export class PeerFolder {
  readonly path: string;

  /** @param dataDir absolute path of the data folder, existing */
  constructor(dataDir: string) {
    this.path = join(dataDir, "bus_peers");
  }

  /**
   * What is no key is passed over and told, so that one bad file does not keep all others out.
   * @throws RUNTIME_DATA_DIR
   */
  async read(): Promise<PeerKeys> {
    const keys = new Map<string, Uint8Array>();
    const owners = new Map<string, string>();
    const ignored: { file: string; reason: string }[] = [];
    for (const file of (await this.#files()).toSorted()) {
      const name = file.slice(0, -SUFFIX.length);
      const key = PEER_NAME.test(name) ? await this.#keyIn(file) : "its name is no peer's";
      const owner = typeof key === "string" ? undefined : owners.get(encodeZ85(key));
      if (typeof key === "string") ignored.push({ file, reason: key });
      else if (owner !== undefined) ignored.push({ file, reason: `it holds the key of ${owner}` });
      else {
        keys.set(name, key);
        owners.set(encodeZ85(key), name);
      }
    }
    return { keys, ignored };
  }

  /** @throws BUS_PEER_EXISTS, RUNTIME_DATA_DIR */
  async add(name: string, key: Uint8Array): Promise<void> {
    await this.#write(key, async (draft) => {
      try {
        // Unlike rename(), link() fails when the name is taken.
        await link(draft, this.#file(name));
      } catch (error) {
        if (errorCodeOf(error) !== "EEXIST") throw error;
        throw this.taken(name);
      }
    });
  }

  /** Puts a key in the place of the one that is there. @throws RUNTIME_DATA_DIR */
  async replace(name: string, key: Uint8Array): Promise<void> {
    await this.#write(key, (draft) => rename(draft, this.#file(name)));
  }

  /** @throws BUS_PEER_UNKNOWN, RUNTIME_DATA_DIR */
  async remove(name: string): Promise<void> {
    try {
      await unlink(this.#file(name));
    } catch (error) {
      if (errorCodeOf(error) === "ENOENT") throw await this.unknown(name);
      throw this.#refused(`remove the key of "${name}" from`, error);
    }
  }

  async has(name: string): Promise<boolean> {
    return (await this.#files()).includes(`${name}${SUFFIX}`);
  }

  taken(name: string): BackplaneError {
    return new BackplaneError("BUS_PEER_EXISTS", `Cannot add the peer "${name}": it has a key already.`, {
      remedy: `Give it a new one with \`backplane bus peer rotate ${name}\`, or revoke it first.`,
      details: { peer: name },
    });
  }

  async unknown(name: string): Promise<BackplaneError> {
    const names = (await this.#files()).map((file) => file.slice(0, -SUFFIX.length)).toSorted();
    return new BackplaneError("BUS_PEER_UNKNOWN", `Cannot find a key of the peer "${name}": there is none.`, {
      remedy: names.length === 0 ? "No peer has a key; see `backplane bus peer add`." : `Peers: ${names.join(", ")}.`,
      details: { peer: name },
    });
  }

  #file(name: string): string {
    return join(this.path, `${name}${SUFFIX}`);
  }

  async #files(): Promise<readonly string[]> {
    try {
      return (await readdir(this.path)).filter((file) => file.endsWith(SUFFIX));
    } catch (error) {
      if (errorCodeOf(error) === "ENOENT") return [];
      throw this.#refused("read the keys in", error);
    }
  }

  /** The key, or why there is none. */
  async #keyIn(file: string): Promise<Uint8Array | string> {
    try {
      const handle = await open(join(this.path, file), READ_FLAGS);
      try {
        if (!(await handle.stat()).isFile()) return "it is not a regular file";
        const buffer = Buffer.alloc(KEY_CHARACTERS + 3);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
        const text = buffer.toString("latin1", 0, bytesRead).replace(/\r?\n$/, "");
        const key = text.length === KEY_CHARACTERS ? decodeZ85(text) : undefined;
        return key ?? `it does not hold a key of ${KEY_CHARACTERS} characters of Z85`;
      } finally {
        await handle.close();
      }
    } catch (error) {
      return errorCodeOf(error) === "ELOOP" ? "it is a symbolic link" : `it cannot be read (${errorCodeOf(error)})`;
    }
  }

  async #write(key: Uint8Array, place: (draft: string) => Promise<void>): Promise<void> {
    try {
      await this.#writeWhole(key, place);
    } catch (error) {
      if (error instanceof BackplaneError) throw error;
      throw this.#refused("write a key into", error);
    }
  }

  #refused(attempt: string, error: unknown): BackplaneError {
    return new BackplaneError("RUNTIME_DATA_DIR", `Cannot ${attempt} ${this.path}: ${reasonOf(error)}.`, {
      remedy: "Make it a folder of regular files that the user Backplane runs as can read and write, with free space.",
      details: { path: this.path },
      cause: error,
    });
  }

  /** The file appears whole or not at all. */
  async #writeWhole(key: Uint8Array, place: (draft: string) => Promise<void>): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const draft = join(this.path, `.${randomBytes(6).toString("hex")}.draft`);
    try {
      const file = await open(draft, "wx", 0o600);
      try {
        await file.writeFile(`${encodeZ85(key)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await place(draft);
    } finally {
      await unlink(draft).catch(() => undefined);
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
