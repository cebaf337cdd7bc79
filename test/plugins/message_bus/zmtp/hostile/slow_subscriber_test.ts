import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { BrokerCounters, Endpoints, Link } from "../../../../../plugins/message_bus/engine.ts";
import type { PeerCounters } from "../../../../../plugins/message_bus/peers/peer.ts";
import { zmtpEngine } from "../../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../../runtime/clock.ts";
import { runtimeArguments } from "../../../../this_runtime.ts";
import { envelope, field } from "./envelope_bytes.ts";
import { RawPeer } from "./raw_peer.ts";
import { portOf, silent, until } from "./siege.ts";
import { command } from "./wire.ts";

const program = fileURLToPath(new URL("slow_broker.ts", import.meta.url));
const COUNT = 500_000;
const HIGH_WATER_MARK = 10_000;
const TOPIC = "burst.news";
const PADDING = Buffer.concat(Array.from({ length: 8 }, () => field(15, Buffer.alloc(120))));
/** What the queue may hold at most, several times over: copies, blocks and what a collector has not yet collected. */
const MAX_GROWTH_BYTES = 160 * 1_048_576;

type Account = PeerCounters & BrokerCounters & { readonly rss: number };

class BrokerProcess {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(context: TestContext) {
    this.#process = spawn(process.execPath, runtimeArguments(program, `${HIGH_WATER_MARK}`), {
      stdio: ["pipe", "pipe", "inherit"],
    });
    context.after(() => void this.#process.kill("SIGKILL"));
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async endpoints(): Promise<Endpoints> {
    return JSON.parse((await this.#lines.next()).value as string) as Endpoints;
  }

  async account(): Promise<Account> {
    this.#process.stdin!.write("\n");
    return JSON.parse((await this.#lines.next()).value as string) as Account;
  }
}

/** Publishes, and lets a reader keep pace: only who does not read may lose. */
async function publish(link: Link, count: number, received: () => number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    link.send(TOPIC, Buffer.concat([envelope("burst", number), PADDING]));
    if (number % 1_000 === 999) await until(() => number - received() < HIGH_WATER_MARK / 2, "the reader keeps pace");
  }
}

test("of a burst, a subscriber that does not read gets or is counted out of every message; the other gets all", async (context) => {
  const broker = new BrokerProcess(context);
  const endpoints = await broker.endpoints();
  const engine = zmtpEngine(systemClock);
  let received = 0;
  const reader = await engine.connect(
    endpoints,
    { highWaterMark: HIGH_WATER_MARK },
    {
      ...silent,
      onMessage: () => void (received += 1),
    },
  );
  const heard = new Set<string>();
  const publisher = await engine.connect(
    endpoints,
    { highWaterMark: HIGH_WATER_MARK },
    {
      ...silent,
      onInterest: (prefix) => void heard.add(prefix),
    },
  );
  context.after(() => Promise.all([reader, publisher].map((link) => link.close(0))));
  reader.subscribe("burst.");
  const slow = await RawPeer.openNull(portOf(endpoints.subscribe), "SUB");
  slow.send(command("SUBSCRIBE", TOPIC));
  await until(() => heard.has(TOPIC) && heard.has("burst."), "both are subscribed");
  slow.socket.pause();

  const before = await broker.account();
  await publish(publisher, COUNT, () => received);
  await until(() => received === COUNT, "the reader has everything");
  const after = await broker.account();
  context.diagnostic(`dropped ${after.dropped}, grew by ${((after.rss - before.rss) / 1_048_576).toFixed(0)} MiB`);
  assert.ok(after.dropped > 0, "the slow one's queue was too small");
  assert.ok(after.rss - before.rss < MAX_GROWTH_BYTES, `the broker grew by ${after.rss - before.rss} bytes`);
  assert.equal(after.in, COUNT);

  slow.socket.resume();
  for (let taken = 0; taken < COUNT - after.dropped; taken += 1) {
    assert.equal((await slow.messageFrame()).body.toString(), TOPIC);
    await slow.messageFrame();
  }
  assert.equal((await broker.account()).dropped, after.dropped);
  // What is left is nothing: after a last message comes the next.
  await publish(publisher, 1, () => received);
  await slow.messageFrame();
  assert.deepEqual((await slow.messageFrame()).body, Buffer.concat([envelope("burst", 0), PADDING]));
  await slow.cut();
});
