import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import type { LinkReceiver } from "../../../../plugins/message_bus/engine.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { ManualClock } from "../../../../runtime/testing.ts";
import { brokersOn } from "../test_broker.ts";
import { command, frame, greeting, message, metadata } from "./hostile/wire.ts";

const startBroker = brokersOn(() => zmtpEngine(systemClock));

/** Resolves once the broker tells that somebody subscribes the prefix. */
function hearing(wanted: string): { readonly heard: Promise<void>; readonly receiver: LinkReceiver } {
  let hear = (): void => undefined;
  const heard = new Promise<void>((resolve) => (hear = resolve));
  const receiver: LinkReceiver = {
    onInterest: (prefix, active) => active && prefix === wanted && hear(),
    onMessage: () => undefined,
    onMalformed: () => undefined,
    onStanding: () => undefined,
  };
  return { heard, receiver };
}

test("close() leaves no timer that keeps the process from exiting", async (context) => {
  const { broker } = await startBroker(context);
  const clock = new ManualClock();
  const { heard, receiver } = hearing("a.");
  const link = await zmtpEngine(clock).connect(broker.endpoints, { highWaterMark: 10 }, receiver);
  link.subscribe("a.");
  await heard;
  link.send("a.b", Buffer.from("x"));
  await link.close(60_000);
  assert.equal(clock.pending.keepAlive, 0);
});

test("close() without a broker takes as long as it was given, and no longer", async () => {
  const clock = new ManualClock();
  const endpoints = { publish: "tcp://127.0.0.1:1", subscribe: "tcp://127.0.0.1:1" };
  const link = await zmtpEngine(clock).connect(endpoints, { highWaterMark: 10 }, hearing("").receiver);
  link.send("a.b", Buffer.from("x"));
  let closed = false;
  const closing = link.close(1_000).then(() => (closed = true));
  await clock.advance(999);
  assert.equal(closed, false);
  await clock.advance(1);
  await closing;
  assert.equal(clock.pending.keepAlive, 0);
});

/** A port of a broker that speaks ZMTP 3.0, and begins with what it says; answers how to wait for what it is sent. */
async function oldBroker(context: TestContext, socketType: string, says: Buffer) {
  let received = Buffer.alloc(0);
  let check = (): void => undefined;
  const server = createServer((socket) => {
    const ready = command("READY", metadata({ "Socket-Type": socketType }));
    socket.write(Buffer.concat([greeting({ mechanism: "NULL", minor: 0 }), ready, says]));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      check();
    });
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const ending = (wanted: Buffer): Promise<void> =>
    new Promise((resolve) => {
      check = () => received.subarray(-wanted.length).equals(wanted) && resolve();
      check();
    });
  return { endpoint: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, ending };
}

test("with a broker of ZMTP 3.0 subscriptions travel as messages, and nothing sent before it was there is lost", async (context) => {
  const xsub = await oldBroker(context, "XSUB", frame(0, "\x01a."));
  const xpub = await oldBroker(context, "XPUB", Buffer.alloc(0));
  const { heard, receiver } = hearing("a.");
  const endpoints = { publish: xsub.endpoint, subscribe: xpub.endpoint };
  const link = await zmtpEngine(systemClock).connect(endpoints, { highWaterMark: 10 }, receiver);
  context.after(() => link.close(0));
  for (const text of ["early", "too"]) link.send("a.b", Buffer.from(text));
  link.subscribe("b.");
  await heard;
  await xsub.ending(Buffer.concat([message("a.b", "early"), message("a.b", "too")]));
  await xpub.ending(frame(0, "\x01b."));
  link.unsubscribe("b.");
  await xpub.ending(Buffer.concat([frame(0, "\x01b."), frame(0, "\x00b.")]));
});
