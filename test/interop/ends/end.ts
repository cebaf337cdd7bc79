import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";

/**
 * Other people's ZeroMQ, each a program of its own with the same ways:
 *
 * - arguments `name=value`: `role` pub, xpub, sub or xsub; `attach` bind or connect; `endpoint`; for CURVE `public_key`
 *   and `secret_key` in Z85, with `server_key` as the client, without as the server; `heartbeat_ms`, with 2 s for the answer; `source`: then the
 *   second frame of each message is an envelope that says so, with what the number says in a field nobody knows;
 * - it reads `subscribe <prefix>`, `cancel <prefix>`, `send <topic> <first> <count> <frames>`, and ends with its input;
 * - it prints `ready <endpoint>`, `subscribed <prefix>` and `cancelled <prefix>` (an XPUB), and
 *   `message <bytes>:<CRC-32> ...` with one pair for each frame of a message.
 *
 * Messages are numbered, and the number says what is in them: see `messageLine`.
 */
export const implementations = ["zeromq.js", "python3-zmq", "libzmq"] as const;
export type Implementation = (typeof implementations)[number];
export type Role = "pub" | "xpub" | "sub" | "xsub";

type Hooks = Pick<TestContext, "after">;

/** A key pair and perhaps the key of a server, in Z85. */
export interface EndKeys {
  readonly public_key: string;
  readonly secret_key: string;
  readonly server_key?: string;
}

export interface EndSettings extends Partial<EndKeys> {
  readonly role: Role | "proxy";
  readonly attach: "bind" | "connect";
  readonly endpoint: string;
  readonly heartbeat_ms?: number;
  readonly source?: string;
}

const SIZES = [0, 1, 255, 256, 71_680];
const PATTERN = Buffer.from(Array.from({ length: 72_000 }, (_, index) => index % 251));

/**
 * The frames of message number `n`: `topic.n`, and zero to two more; `frames` 0: as many as the number says.
 * @param source as the end's own
 */
export function framesOf(topic: string, number: number, frames = 0, source?: string): Buffer[] {
  const count = frames === 0 ? 1 + (number % 3) : frames;
  const rest: Buffer[] = Array.from({ length: count - 1 }, (_, at) => {
    const from = (number + at + 1) % 251;
    return PATTERN.subarray(from, from + SIZES[(number + at + 1) % SIZES.length]!);
  });
  if (source !== undefined && rest[0] !== undefined) rest[0] = enveloped(rest[0], source);
  return [Buffer.from(`${topic}.${number}`), ...rest];
}

/** An AicoMessage with metadata that holds a source, and field 15, whose length always takes three bytes. */
function enveloped(body: Buffer, source: string): Buffer {
  const { length } = body;
  const size = [(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14];
  const head = [0x0a, source.length + 2, 0x1a, source.length, ...Buffer.from(source), 0x7a, ...size];
  return Buffer.concat([Buffer.from(head), body]);
}

/** What an end prints for a message. */
export function messageLine(frames: readonly Uint8Array[]): string {
  return ["message", ...frames.map((frame) => `${frame.length}:${crc32(frame)}`)].join(" ");
}

/** The lines of messages `first` to `first + count - 1`. */
export function messageLines(topic: string, first: number, count: number, frames = 0, source?: string): string[] {
  return Array.from({ length: count }, (_, at) => messageLine(framesOf(topic, first + at, frames, source)));
}

/** A running program at the other end; killed when the test has ended. */
export class End {
  readonly name: string;
  /** What it signs with. */
  readonly source: string | undefined;
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  #check: () => void = () => undefined;

  constructor(context: Hooks, name: string, [command, ...args]: readonly [string, ...string[]], settings: EndSettings) {
    this.name = name;
    this.source = settings.source;
    const pairs = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    this.#process = spawn(command, [...args, ...pairs], { stdio: ["pipe", "pipe", "inherit"] });
    context.after(() => void this.#process.kill("SIGKILL"));
    createInterface({ input: this.#process.stdout! }).on("line", (line) => {
      this.lines.push(line);
      this.#check();
    });
  }

  /** Where it is bound, with the port that was taken. */
  async endpoint(): Promise<string> {
    await this.until(() => this.lines.some((line) => line.startsWith("ready ")));
    return this.lines.find((line) => line.startsWith("ready "))!.slice("ready ".length);
  }

  tell(command: string): void {
    this.#process.stdin!.write(`${command}\n`);
  }

  /** Resolves once the condition holds; it is looked at after each line. The test's own deadline ends it. */
  async until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#check = () => condition() && resolve();
      this.#check();
    });
  }

  async said(line: string): Promise<void> {
    await this.until(() => this.lines.includes(line));
  }

  /** Ends the input, and with it the program; everything it was told to send has left by then. */
  async end(): Promise<void> {
    const ended = once(this.#process, "close");
    this.#process.stdin!.end();
    assert.deepEqual(await ended, [0, null], this.name);
  }
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The programs, of which the one in C is built first. */
export class Ends {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** For one test file: gone when its tests have ended. */
  static build(): Ends {
    const folder = mkdtempSync(join(tmpdir(), "backplane-ends-"));
    after(() => rmSync(folder, { recursive: true }));
    const built = spawnSync("gcc", ["-O2", "-o", join(folder, "libzmq_end"), here("libzmq_end.c"), "-lzmq"], {
      encoding: "utf8",
    });
    assert.equal(built.status, 0, `Install the packages of .ci/packages (gcc, libzmq3-dev): ${built.stderr}`);
    return new Ends(folder);
  }

  start(context: Hooks, implementation: Implementation, settings: EndSettings): End {
    return new End(context, `${implementation} ${settings.role}`, this.#commandOf(implementation), settings);
  }

  #commandOf(implementation: Implementation): readonly [string, ...string[]] {
    switch (implementation) {
      case "zeromq.js":
        return [process.execPath, here("zeromq_end.js")];
      case "python3-zmq":
        // Debian's own, which has the packages of `.ci/packages`.
        return ["/usr/bin/python3", here("python_end.py")];
      case "libzmq":
        return [join(this.#folder, "libzmq_end")];
    }
  }
}
