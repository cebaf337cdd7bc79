import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import type { CurveIdentity, Endpoints, Link } from "../../plugins/message_bus/engine.ts";
import { zmtpEngine } from "../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../runtime/clock.ts";
import { keyPair, type KeyPair } from "../plugins/message_bus/zmtp/hostile/curve_client.ts";
import { silent, until } from "../plugins/message_bus/zmtp/hostile/siege.ts";
import { tempDir } from "../temp_dir.ts";
import { type EndKeys, Ends, framesOf, implementations, messageLines } from "./ends/end.ts";
import { toZ85 } from "./z85.ts";

const ends = Ends.build();

interface Scene {
  readonly transport: "tcp" | "ipc";
  readonly mechanism: "NULL" | "CURVE";
}

const scenes: readonly Scene[] = [
  { transport: "tcp", mechanism: "NULL" },
  { transport: "ipc", mechanism: "NULL" },
  { transport: "tcp", mechanism: "CURVE" },
];

/** A link of ours that notes what it is told. */
class Witness {
  readonly heard = new Set<string>();
  readonly received: Buffer[][] = [];
  malformed = 0;
  #link: Link | undefined;

  static async connect(context: TestContext, endpoints: Endpoints, curve: CurveIdentity | undefined): Promise<Witness> {
    const witness = new Witness();
    const options = { highWaterMark: 1_000, ...(curve && { curve }) };
    witness.#link = await zmtpEngine(systemClock).connect(endpoints, options, {
      ...silent,
      onMessage: (topic, envelope) => witness.received.push([Buffer.from(topic, "latin1"), Buffer.from(envelope)]),
      onMalformed: () => void (witness.malformed += 1),
      onInterest: (prefix, active) => void (active ? witness.heard.add(prefix) : witness.heard.delete(prefix)),
    });
    context.after(() => witness.link.close(0));
    return witness;
  }

  get link(): Link {
    return this.#link!;
  }

  sendNumbered(topic: string, count: number): void {
    for (let number = 0; number < count; number += 1) {
      const [name, body] = framesOf(topic, number, 2);
      this.link.send(name!.toString(), body!);
    }
  }
}

/** Where a foreign end is to be bound, and its keys. */
async function place(context: TestContext, { transport }: Scene): Promise<string> {
  return transport === "tcp" ? "tcp://127.0.0.1:*" : `ipc://${join(await tempDir(context), "socket")}`;
}

function serverKeys({ mechanism }: Scene, { publicKey, secretKey }: KeyPair): EndKeys | undefined {
  return mechanism === "NULL" ? undefined : { public_key: toZ85(publicKey), secret_key: toZ85(secretKey) };
}

function identity({ mechanism }: Scene, server: KeyPair): CurveIdentity | undefined {
  return mechanism === "NULL" ? undefined : { secretKey: keyPair().secretKey, serverKey: server.publicKey };
}

for (const implementation of implementations) {
  for (const scene of scenes) {
    for (const [up, down] of [
      ["sub", "pub"],
      ["xsub", "xpub"],
    ] as const) {
      const name = `${implementation}, bound as ${up} and ${down}: ${scene.transport}, ${scene.mechanism}`;
      test(`our link reaches and hears ${name}`, async (context) => {
        const server = keyPair();
        const keys = serverKeys(scene, server);
        const bind = { attach: "bind", ...keys } as const;
        const taker = ends.start(context, implementation, { ...bind, role: up, endpoint: await place(context, scene) });
        const giver = ends.start(context, implementation, {
          ...bind,
          role: down,
          endpoint: await place(context, scene),
        });
        const endpoints = { publish: await taker.endpoint(), subscribe: await giver.endpoint() };
        const ours = await Witness.connect(context, endpoints, identity(scene, server));

        taker.tell("subscribe out.");
        await until(() => ours.heard.has("out."), "their subscription");
        ours.sendNumbered("out.a", 45);
        const expected = messageLines("out.a", 0, 45, 2);
        await taker.said(expected.at(-1)!);
        assert.deepEqual(taker.lines.slice(1), expected);
        taker.tell("cancel out.");
        await until(() => !ours.heard.has("out."), "their cancel");

        ours.link.subscribe("in.");
        if (down === "xpub") await giver.said("subscribed in.");
        while (ours.received.length === 0) {
          giver.tell("send in.probe 0 1 2");
          await sleep(10);
        }
        giver.tell("send in.a 0 45 2");
        const numbered = (): Buffer[][] => ours.received.filter(([topic]) => topic!.toString().startsWith("in.a."));
        await until(() => numbered().length === 45, "what they sent");
        assert.deepEqual(
          numbered(),
          Array.from({ length: 45 }, (_, number) => framesOf("in.a", number, 2)),
        );
        for (const frames of [1, 3]) giver.tell(`send in.b 0 5 ${frames}`);
        await until(() => ours.malformed === 10, "messages of one frame or of three");
        ours.link.unsubscribe("in.");
        if (down === "xpub") await giver.said("cancelled in.");
        for (const end of [taker, giver]) await end.end();
      });
    }
  }
}

for (const scene of scenes.filter(({ transport }) => transport === "tcp")) {
  test(`our links meet at a zmq_proxy in C, ${scene.mechanism}`, async (context) => {
    const server = keyPair();
    const proxy = ends.start(context, "libzmq", {
      role: "proxy",
      attach: "bind",
      endpoint: "tcp://127.0.0.1:*",
      ...serverKeys(scene, server),
    });
    await proxy.until(() => proxy.lines.length === 2);
    const [publish = "", subscribe = ""] = proxy.lines.map((line) => line.slice("ready ".length));
    const one = await Witness.connect(context, { publish, subscribe }, identity(scene, server));
    const other = await Witness.connect(context, { publish, subscribe }, identity(scene, server));
    one.link.subscribe("met.");
    await until(() => other.heard.has("met."), "the subscription");
    other.sendNumbered("met.a", 45);
    await until(() => one.received.length === 45, "all messages");
    assert.deepEqual(
      one.received,
      Array.from({ length: 45 }, (_, number) => framesOf("met.a", number, 2)),
    );
    one.link.unsubscribe("met.");
    await until(() => !other.heard.has("met."), "the cancel");
  });
}
