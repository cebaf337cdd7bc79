import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { describe, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { type BusMessage, logEntry } from "../../plugins/message_bus/contract.ts";
import { engineFor } from "../../plugins/message_bus/engine_choice.ts";
import { systemClock } from "../../runtime/clock.ts";
import { brokersOn, Collector, line } from "../plugins/message_bus/test_broker.ts";

/** Debian's own, which has the packages of `.ci/packages`. */
const PYTHON = "/usr/bin/python3";
const client = fileURLToPath(new URL("zmq_client.py", import.meta.url));

interface Python {
  readonly process: ChildProcess;
  readonly lines: AsyncIterator<string>;
}

function python(context: TestContext, ...args: readonly (string | number)[]): Python {
  const child = spawn(PYTHON, [client, ...args.map(String)], { stdio: ["ignore", "pipe", "inherit"] });
  context.after(() => void child.kill("SIGKILL"));
  const reader: Interface = createInterface({ input: child.stdout });
  return { process: child, lines: reader[Symbol.asyncIterator]() };
}

async function nextLine({ lines }: Python): Promise<string> {
  const { value, done } = await lines.next();
  assert.notEqual(done, true, "the Python client ended early");
  return value;
}

test("python3-zmq is installed", () => {
  const { status, stderr } = spawnSync(PYTHON, ["-c", "import zmq"], { encoding: "utf8" });
  assert.equal(status, 0, `Install the packages of .ci/packages (python3-zmq): ${stderr}`);
});

for (const engine of ["zmtp", "native"] as const) {
  describe(`a Python client of engine ${engine}`, () =>
    pythonContract(brokersOn(() => engineFor(engine, systemClock))));
}

function pythonContract(startBroker: ReturnType<typeof brokersOn>): void {
  for (const topic of ["logs.python.interop", "logs/python/interop/v1"]) {
    test(`1,000 entries on ${topic} arrive whole and in order`, async (context) => {
      const broker = await startBroker(context);
      const connection = await broker.attach();
      const collector = new Collector<BusMessage>();
      await connection.subscribe("logs.*", collector.take);
      const { process: child } = python(context, "send", broker.ports.publishPort, topic, 1_000);
      const messages = await collector.until(1_000);
      if (child.exitCode === null) await once(child, "exit");
      assert.equal(child.exitCode, 0);
      for (const [index, message] of messages.entries()) {
        assert.deepEqual([message.topic, message.source, message.type], [topic, "python", "aico.core.LogEntry"]);
        const { metadata, extra, ...entry } = message.decode(logEntry);
        assert.deepEqual(entry, {
          time: 1_700_000_000_000 + index,
          level: "warning",
          subsystem: "python",
          module: "interop",
          function: "main",
          message: `line ${index} äöü`,
          topic,
          filePath: "zmq_client.py",
          lineNumber: index,
          userUuid: "",
          sessionId: "",
          traceId: "",
        });
        assert.deepEqual([{ ...metadata }, { ...extra }], [{ kind: "test" }, { line: `${index}` }]);
      }
      const { received, dropped } = connection.counters();
      assert.equal(received, 1_000);
      assert.deepEqual(Object.values(dropped), [0, 0, 0, 0, 0]);
    });
  }

  test("reads what Backplane publishes", async (context) => {
    const broker = await startBroker(context);
    const speaker = await broker.connect({ source: "backplane" });
    const { publishPort, subscribePort } = broker.ports;
    const listener = python(context, "receive", publishPort, subscribePort, "greet.", 2);
    assert.equal(await nextLine(listener), "ready");
    for (const message of ["one", "two"]) await speaker.publish("greet.world", logEntry, { ...line, message });
    const [first, second] = [JSON.parse(await nextLine(listener)), JSON.parse(await nextLine(listener))];
    const { id, seconds, attributes, ...rest } = first;
    assert.deepEqual(rest, {
      topic: "greet.world",
      message_type: "greet.world",
      source: "backplane",
      type_url: "type.googleapis.com/aico.core.LogEntry",
      level: 20,
      message: "one",
    });
    assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.ok(Math.abs(seconds - Date.now() / 1_000) < 60);
    assert.equal(attributes.seq, "1");
    assert.deepEqual([second.message, second.attributes.seq, second.attributes.epoch], ["two", "2", attributes.epoch]);
  });

  test("answers a request", async (context) => {
    const broker = await startBroker(context);
    const caller = await broker.connect();
    const { publishPort, subscribePort } = broker.ports;
    const responder = python(context, "echo", publishPort, subscribePort);
    assert.equal(await nextLine(responder), "ready");
    for (const message of ["are you there", "and now"]) {
      const reply = await caller.request("echo.a", logEntry, { ...line, message });
      assert.equal(reply.source, "python");
      assert.equal(reply.decode(logEntry).message, message);
    }
  });
}
