import assert from "node:assert/strict";
import { test } from "node:test";
import type { Broker, BrokerOptions, BusEngine, Link } from "../../../plugins/message_bus/engine.ts";
import { brokersOn } from "./test_broker.ts";

const options: BrokerOptions = {
  host: "127.0.0.1",
  publishPort: 0,
  subscribePort: 0,
  highWaterMark: 1_000,
  maxFrameBytes: 1_000_000,
};

/** A link that notes what it is told. */
class Witness {
  readonly link: Link;
  /** `+prefix` and `-prefix`. */
  readonly told: string[] = [];
  readonly received: Uint8Array[] = [];
  #check: () => void = () => undefined;

  constructor(broker: Broker, highWaterMark = 1_000) {
    this.link = broker.attach(
      { highWaterMark },
      {
        onInterest: (prefix, active) => {
          this.told.push(`${active ? "+" : "-"}${prefix}`);
          this.#check();
        },
        onMessage: (_, envelope) => {
          this.received.push(envelope);
          this.#check();
        },
        onMalformed: () => undefined,
        onStanding: () => undefined,
      },
    );
  }

  async until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#check = () => condition() && resolve();
      this.#check();
    });
  }
}

/** What engine.ts promises, of any engine. */
export function engineContract(makeEngine: () => BusEngine): void {
  const startBroker = brokersOn(makeEngine);

  test("every publisher is told of subscriptions in the order in which they reached the broker", async (context) => {
    const { broker } = await startBroker(context);
    const [first, second, subscriber] = [new Witness(broker), new Witness(broker), new Witness(broker)];
    context.after(() => Promise.all([first, second, subscriber].map(({ link }) => link.close(0))));
    const prefixes = Array.from({ length: 50 }, (_, index) => `p${index}.`);
    for (const prefix of prefixes) subscriber.link.subscribe(prefix);
    for (const witness of [first, second]) {
      await witness.until(() => witness.told.length === prefixes.length);
      assert.deepEqual(
        witness.told,
        prefixes.map((prefix) => `+${prefix}`),
      );
    }
  });

  test("a publisher that comes later is told of what is subscribed", async (context) => {
    const { broker } = await startBroker(context);
    const subscriber = new Witness(broker);
    subscriber.link.subscribe("early.");
    await subscriber.until(() => subscriber.told.includes("+early."));
    const late = new Witness(broker);
    context.after(() => Promise.all([subscriber, late].map(({ link }) => link.close(0))));
    await late.until(() => late.told.includes("+early."));
  });

  test("a publisher is told of the first subscriber of a prefix and of the end of the last", async (context) => {
    const { broker } = await startBroker(context);
    const [publisher, one, two] = [new Witness(broker), new Witness(broker), new Witness(broker)];
    context.after(() => Promise.all([publisher, two].map(({ link }) => link.close(0))));
    one.link.subscribe("a.");
    await publisher.until(() => publisher.told.includes("+a."));
    two.link.subscribe("a.");
    two.link.subscribe("b.");
    await publisher.until(() => publisher.told.includes("+b."));
    one.link.unsubscribe("a.");
    one.link.subscribe("c.");
    await publisher.until(() => publisher.told.includes("+c."));
    await one.link.close(0);
    two.link.unsubscribe("a.");
    await publisher.until(() => publisher.told.includes("-a."));
    assert.deepEqual(
      publisher.told.filter((entry) => entry.endsWith("a.")),
      ["+a.", "-a."],
    );
  });

  test("nothing is called on the stack of the call that causes it", async (context) => {
    const { broker } = await startBroker(context);
    const witness = new Witness(broker);
    context.after(() => witness.link.close(0));
    witness.link.subscribe("a.");
    assert.deepEqual(witness.told, []);
    await witness.until(() => witness.told.includes("+a."));
    witness.link.send("a.b", Buffer.from("x"));
    assert.deepEqual(witness.received, []);
    await witness.until(() => witness.received.length === 1);
  });

  test("a link that may hold nothing still takes one message at a time", async (context) => {
    const { broker } = await startBroker(context);
    const witness = new Witness(broker, 0);
    context.after(() => witness.link.close(0));
    witness.link.subscribe("a");
    await witness.until(() => witness.told.includes("+a"));
    assert.equal(witness.link.full, false);
    witness.link.send("a", Buffer.from("x"));
    await witness.link.drained();
    await witness.until(() => witness.received.length === 1);
  });

  test("what was received stays as it was when the sender uses its buffer again", async (context) => {
    const { broker } = await startBroker(context);
    const [one, two] = [new Witness(broker), new Witness(broker)];
    context.after(() => Promise.all([one, two].map(({ link }) => link.close(0))));
    for (const witness of [one, two]) {
      witness.link.subscribe("a");
      witness.link.subscribe(`${witness === one ? 1 : 2}`);
      await one.until(() => one.told.includes(`+${witness === one ? 1 : 2}`));
    }
    const buffer = Buffer.from("first");
    one.link.send("a", buffer);
    buffer.write("other");
    one.link.send("a", buffer);
    buffer.fill(0);
    for (const witness of [one, two]) {
      await witness.until(() => witness.received.length === 2);
      assert.deepEqual(
        witness.received.map((bytes) => Buffer.from(bytes).toString()),
        ["first", "other"],
      );
    }
  });

  for (const setting of ["publish", "subscribe"] as const) {
    test(`a ${setting} port in use is told with the setting that changes it`, async (context) => {
      const taken = await startBroker(context);
      const port = taken.ports.subscribePort;
      const attempt = taken.engine.startBroker({ ...options, [`${setting}Port`]: port });
      await assert.rejects(attempt, (error: Error & { code: string; remedy: string }) => {
        assert.equal(error.code, "BUS_PORT_IN_USE");
        assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port} is in use`));
        assert.match(error.remedy, new RegExp(`${setting}_port`));
        return true;
      });
    });
  }

  test("a number that is no port is refused, for libzmq would take another", async () => {
    for (const publishPort of [99_999, -1, 1.5]) {
      await assert.rejects(makeEngine().startBroker({ ...options, publishPort }), { code: "BUS_BIND_FAILED" });
    }
  });

  test("an address other than loopback is refused", async () => {
    for (const host of ["0.0.0.0", "*", "::", "192.0.2.1", "localhost.example"]) {
      await assert.rejects(makeEngine().startBroker({ ...options, host }), { code: "BUS_BIND_FAILED" });
    }
  });

  test("when close() resolves the ports are free", async (context) => {
    const first = await startBroker(context);
    for (let round = 0; round < 10; round += 1) {
      const { broker } = round === 0 ? first : await startBroker(context, first.ports, first.engine);
      assert.equal(broker.alive, true);
      await broker.close();
      assert.equal(broker.alive, false);
    }
  });
}
