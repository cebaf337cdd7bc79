import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { Dialer } from "../../../../plugins/message_bus/zmtp/dialer.ts";
import { NullMechanism } from "../../../../plugins/message_bus/zmtp/null_mechanism.ts";
import { ProtocolError } from "../../../../plugins/message_bus/zmtp/protocol_error.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { ManualClock } from "../../../../runtime/testing.ts";

/** A port that lets everybody in and hangs up at once. */
async function hangUp(context: TestContext): Promise<{ server: Server; port: number }> {
  const server = createServer((socket: Socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

function dial(
  context: TestContext,
  port: number,
  clock: ManualClock,
  random: () => number,
  onReady = (): void => assert.fail("nobody is there"),
) {
  let closed = (): void => undefined;
  const dialer = new Dialer(
    { host: "127.0.0.1", port },
    {
      clock,
      random,
      maxMessageBytes: 1_000,
      mechanisms: new Map([["NULL", () => new NullMechanism(new Map())]]),
    },
    {
      onReady,
      onMessage: () => undefined,
      onCommand: () => undefined,
      onRead: () => undefined,
      onClose: () => closed(),
    },
  );
  context.after(() => dialer.cut());
  const attemptOver = (): Promise<void> => new Promise((resolve) => (closed = resolve));
  return { dialer, attemptOver };
}

for (const [random, first] of [
  [0, 25],
  [0.999_999, 50],
] as const) {
  test(`a connection that fails is tried again after ${first} ms, then ever later, at most ${first * 40} ms, by chance ${random}`, async (context) => {
    const clock = new ManualClock();
    const { server, port } = await hangUp(context);
    const { attemptOver } = dial(context, port, clock, () => random);
    await attemptOver();
    for (const delay of [first, 2 * first, 4 * first, 8 * first, 16 * first, 32 * first, 40 * first, 40 * first]) {
      const attempt = once(server, "connection");
      const over = attemptOver();
      await clock.advance(delay - 1);
      assert.equal(clock.pending.keepAlive, 1);
      await clock.advance(1);
      assert.equal(clock.pending.keepAlive, 0);
      await attempt;
      await over;
    }
  });
}

test("what is stopped while it waits makes no further attempt", async (context) => {
  const clock = new ManualClock();
  const { server, port } = await hangUp(context);
  const { dialer, attemptOver } = dial(context, port, clock, () => 0);
  await attemptOver();
  let attempts = 0;
  server.on("connection", () => (attempts += 1));
  dialer.stop();
  await clock.advance(10_000);
  assert.equal(attempts, 0);
});

test("a broker that answers, and turns out to be the wrong one, is tried ever later too", async (context) => {
  const broker = await zmtpEngine(systemClock).startBroker({
    host: "127.0.0.1",
    publishPort: 0,
    subscribePort: 0,
    highWaterMark: 10,
    maxFrameBytes: 1_000,
  });
  context.after(() => broker.close());
  const clock = new ManualClock();
  const port = Number(broker.endpoints.publish.split(":").at(-1));
  let answers = 0;
  const refuse = (): void => {
    answers += 1;
    throw new ProtocolError("socket_type", "it is the wrong one");
  };
  const { attemptOver } = dial(context, port, clock, () => 0, refuse);
  await attemptOver();
  for (const delay of [25, 50, 100, 200]) {
    const over = attemptOver();
    await clock.advance(delay - 1);
    assert.equal(clock.pending.keepAlive, 1);
    await clock.advance(1);
    await over;
  }
  assert.equal(answers, 5);
});
