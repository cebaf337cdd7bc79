import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import type { BusEngine, Endpoints } from "../../plugins/message_bus/engine.ts";
import { zeromqEngine } from "../../plugins/message_bus/native/native_engine.ts";
import { zmtpEngine } from "../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../runtime/clock.ts";
import { brokersOn } from "../plugins/message_bus/test_broker.ts";
import { KeyedPeers } from "../plugins/message_bus/zmtp/hostile/keyed_peers.ts";
import { tempDir } from "../temp_dir.ts";
import {
  type End,
  type EndKeys,
  Ends,
  framesOf,
  implementations,
  messageLine,
  messageLines,
  type Role,
} from "./ends/end.ts";
import { toZ85 } from "./z85.ts";

const ends = Ends.build();
const zmtp = (): BusEngine => zmtpEngine(systemClock);

interface Scene {
  readonly makeEngine: () => BusEngine;
  readonly transport: "tcp" | "ipc";
  readonly mechanism: "NULL" | "CURVE";
}

const scenes: Readonly<Record<string, Scene>> = {
  "native, tcp, NULL": { makeEngine: () => zeromqEngine(), transport: "tcp", mechanism: "NULL" },
  "zmtp, tcp, NULL": { makeEngine: zmtp, transport: "tcp", mechanism: "NULL" },
  "zmtp, ipc, NULL": { makeEngine: zmtp, transport: "ipc", mechanism: "NULL" },
  "zmtp, tcp, CURVE": { makeEngine: zmtp, transport: "tcp", mechanism: "CURVE" },
  "zmtp, ipc, CURVE": { makeEngine: zmtp, transport: "ipc", mechanism: "CURVE" },
};

/** A broker of ours, and how other people's programs come to it. */
class Stage {
  readonly #context: TestContext;
  readonly #endpoints: Endpoints;
  readonly #peers: KeyedPeers | undefined;

  private constructor(context: TestContext, endpoints: Endpoints, peers: KeyedPeers | undefined) {
    this.#context = context;
    this.#endpoints = endpoints;
    this.#peers = peers;
  }

  static async set(context: TestContext, { makeEngine, transport, mechanism }: Scene): Promise<Stage> {
    const folder = await tempDir(context);
    const ipc = { publish: `ipc://${join(folder, "publish")}`, subscribe: `ipc://${join(folder, "subscribe")}` };
    const peers = mechanism === "CURVE" ? new KeyedPeers({ anonymous: false }) : undefined;
    const { broker } = await brokersOn(makeEngine)(context, {
      ...(transport === "ipc" && { ipc }),
      ...(peers !== undefined && { peers }),
    });
    return new Stage(context, transport === "ipc" ? ipc : broker.endpoints, peers);
  }

  /** Every implementation in these roles. */
  start(roles: readonly Role[]): End[] {
    return implementations.flatMap((implementation) =>
      roles.map((role) => {
        const endpoint = role.endsWith("pub") ? this.#endpoints.publish : this.#endpoints.subscribe;
        const identity = this.#identify(`${implementation} ${role}`);
        return ends.start(this.#context, implementation, { role, attach: "connect", endpoint, ...identity });
      }),
    );
  }

  #identify(source: string): (EndKeys & { readonly source: string }) | undefined {
    if (this.#peers === undefined) return undefined;
    const { publicKey, secretKey } = this.#peers.add(source).keys;
    return {
      public_key: toZ85(publicKey),
      secret_key: toZ85(secretKey),
      server_key: toZ85(this.#peers.server.publicKey),
      source,
    };
  }
}

/** Publishes a message until all have it, so that it is known that the way is open. */
async function untilHeard(publisher: End, topic: string, subscribers: readonly End[]): Promise<void> {
  const first = messageLine(framesOf(topic, 0, 2, publisher.source));
  while (!subscribers.every(({ lines }) => lines.includes(first))) {
    publisher.tell(`send ${topic} 0 1 2`);
    await sleep(10);
  }
}

/** The lines that say what the end was sent of these. */
function heardOf(end: End, expected: readonly string[]): string[] {
  const known = new Set(expected);
  return end.lines.filter((line) => known.has(line));
}

for (const [name, scene] of Object.entries(scenes)) {
  // Who has a key must sign, and only a message of two frames has its place for that.
  const kinds = scene.mechanism === "NULL" ? [0] : [2];

  test(`every end reaches every other through our broker, in order and byte by byte: ${name}`, async (context) => {
    const stage = await Stage.set(context, scene);
    const [subscribers, publishers] = [stage.start(["sub", "xsub"]), stage.start(["pub", "xpub"])];
    for (const end of subscribers) for (const prefix of ["data.", "probe."]) end.tell(`subscribe ${prefix}`);
    for (const end of publishers.filter((publisher) => publisher.name.endsWith("xpub"))) {
      for (const prefix of ["data.", "probe."]) await end.said(`subscribed ${prefix}`);
    }
    await Promise.all(publishers.map((publisher, at) => untilHeard(publisher, `probe.${at}`, subscribers)));
    for (const [at, publisher] of publishers.entries()) {
      for (const frames of kinds) publisher.tell(`send data.${at} ${100 * frames} 45 ${frames}`);
    }
    for (const [at, publisher] of publishers.entries()) {
      const { source } = publisher;
      const expected = kinds.flatMap((frames) => messageLines(`data.${at}`, 100 * frames, 45, frames, source));
      for (const subscriber of subscribers) {
        await subscriber.said(expected.at(-1)!);
        assert.deepEqual(heardOf(subscriber, expected), expected, `${publisher.name} to ${subscriber.name}`);
      }
    }
    for (const end of [...subscribers, ...publishers]) await end.end();
  });

  test(`a cancel of any end is honoured by our broker, and its publishers see it: ${name}`, async (context) => {
    const stage = await Stage.set(context, scene);
    const [subscribers, publishers] = [stage.start(["sub", "xsub"]), stage.start(["xpub"])];
    const [speaker] = publishers as [End];
    for (const end of subscribers) end.tell("subscribe data.");
    await untilHeard(speaker, "data.first", subscribers);
    for (const end of subscribers) for (const command of ["cancel data.", "subscribe mark."]) end.tell(command);
    for (const publisher of publishers) await publisher.said("cancelled data.");
    await untilHeard(speaker, "mark.first", subscribers);
    for (const topic of ["data.last", "mark.last"]) speaker.tell(`send ${topic} 1 1 2`);
    const [data, mark] = ["data.last", "mark.last"].map((topic) => messageLine(framesOf(topic, 1, 2, speaker.source)));
    for (const end of subscribers) {
      await end.said(mark!);
      assert.ok(!end.lines.includes(data!), end.name);
    }
    for (const end of subscribers) await end.end();
    for (const publisher of publishers) await publisher.said("cancelled mark.");
  });
}
