import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { zeromqEngine } from "../../plugins/message_bus/native/native_engine.ts";
import { brokersOn } from "../plugins/message_bus/test_broker.ts";
import { type End, Ends, implementations, messageLine, framesOf, messageLines, type Role } from "./ends/end.ts";

const ends = Ends.build();

/** Publishes numbered messages until all have one, so that it is known that the way is open. */
async function untilHeard(publisher: End, topic: string, subscribers: readonly End[]): Promise<void> {
  const first = messageLine(framesOf(topic, 0, 2));
  while (!subscribers.every(({ lines }) => lines.includes(first))) {
    publisher.tell(`send ${topic} 0 1 2`);
    await sleep(10);
  }
}

function startAll(context: TestContext, roles: readonly Role[], endpoint: string): End[] {
  return implementations.flatMap((implementation) =>
    roles.map((role) => ends.start(context, implementation, { role, attach: "connect", endpoint })),
  );
}

/** The lines that say what the ends were sent on a topic. */
function heardOf(end: End, expected: readonly string[]): string[] {
  const known = new Set(expected);
  return end.lines.filter((line) => known.has(line));
}

test("every end reaches every other through our broker, in order and byte by byte", async (context) => {
  const { broker } = await brokersOn(() => zeromqEngine())(context);
  const subscribers = startAll(context, ["sub", "xsub"], broker.endpoints.subscribe);
  const publishers = startAll(context, ["pub", "xpub"], broker.endpoints.publish);
  for (const subscriber of subscribers)
    for (const prefix of ["data.", "probe."]) subscriber.tell(`subscribe ${prefix}`);
  for (const publisher of publishers.filter(({ name }) => name.endsWith("xpub"))) {
    for (const prefix of ["data.", "probe."]) await publisher.said(`subscribed ${prefix}`);
  }
  await Promise.all(publishers.map((publisher, at) => untilHeard(publisher, `probe.${at}`, subscribers)));
  for (const [at, publisher] of publishers.entries()) publisher.tell(`send data.${at} 0 45 0`);
  for (const at of publishers.keys()) {
    const expected = messageLines(`data.${at}`, 0, 45);
    for (const subscriber of subscribers) {
      await subscriber.said(expected.at(-1)!);
      assert.deepEqual(heardOf(subscriber, expected), expected, `${publishers[at]!.name} to ${subscriber.name}`);
    }
  }

  const [leaver, ...others] = subscribers as [End, ...End[]];
  for (const command of ["cancel data.", "subscribe mark."]) leaver.tell(command);
  const [speaker] = publishers as [End];
  await untilHeard(speaker, "mark.0", [leaver]);
  speaker.tell("send data.0 45 1 0");
  speaker.tell("send mark.0 1 1 0");
  const [later, mark] = [messageLine(framesOf("data.0", 45)), messageLine(framesOf("mark.0", 1))];
  await leaver.said(mark);
  for (const other of others) await other.said(later);
  assert.ok(!leaver.lines.includes(later));

  for (const subscriber of subscribers) await subscriber.end();
  for (const publisher of publishers) {
    if (publisher.name.endsWith("xpub")) await publisher.said("cancelled data.");
    await publisher.end();
  }
});
