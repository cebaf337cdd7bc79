import assert from "node:assert/strict";
import { test } from "node:test";
import { BusinessPlugin, hostService, type PluginMetadata } from "../../../mod.ts";
import { logEntry, type LogEntry, messageBus, type MessageBus } from "../../../plugins/message_bus/contract.ts";
import { testPlugin } from "../../../runtime/testing.ts";

const about: PluginMetadata = { name: "Plain", version: "1.0.0", description: "of a test", optional: [messageBus] };
const line: LogEntry = { time: 1, level: "info", subsystem: "s", module: "m", message: "hello" };

class Plain extends BusinessPlugin {
  static override readonly metadata: PluginMetadata = about;
}

test("what is sent before start() is refused, for nobody hears it", async () => {
  await using plain = testPlugin(Plain);
  const refused = { code: "TEST_NOT_STARTED", remedy: /start\(\)/ };
  await assert.rejects(plain.bus.publish("said.a", logEntry, line), refused);
  await assert.rejects(plain.bus.request("said.a", logEntry, line), refused);
});

test("what is sent after close() is refused", async () => {
  const plain = testPlugin(Plain);
  await plain.start();
  await plain.close();
  await assert.rejects(plain.bus.publish("said.a", logEntry, line), { code: "TEST_NOT_STARTED", message: /has ended/ });
});

test("a test may listen before start(), and hears what the plugin says in it", async () => {
  class Hello extends Plain {
    override async start(): Promise<void> {
      await this.optionalService(messageBus)!.publish("said.a", logEntry, line);
    }
  }
  await using hello = testPlugin(Hello);
  const expected = hello.bus.expect("said.*");
  const heard: string[] = [];
  await hello.bus.subscribe("said.*", ({ topic }) => void heard.push(topic));
  await hello.start();
  assert.equal((await expected).topic, "said.a");
  await hello.bus.flush();
  assert.deepEqual(heard, ["said.a"]);
});

test("a bus that is not the plugin's is refused, with whose it is", async () => {
  class Bus extends BusinessPlugin {
    static override readonly metadata: PluginMetadata = { ...about, optional: [], provides: [messageBus] };
  }
  const fake = hostService(messageBus, {} as MessageBus);
  const cases = [
    { made: testPlugin(Plain, { bus: false }), remedy: /Leave bus out/ },
    { made: testPlugin(Plain, { services: [fake] }), remedy: /out of services/ },
    { made: testPlugin(Plain, { beside: { message_bus: { enabled: false } } }), remedy: /out of beside/ },
    { made: testPlugin(Bus), remedy: /test\.service\(messageBus\)/ },
  ];
  for (const { made, remedy } of cases) {
    await using plain = made;
    const { bus } = plain;
    const uses = [
      () => bus.publish("said.a", logEntry, line),
      () => bus.request("said.a", logEntry, line),
      () => bus.expect("said.*"),
      () => bus.subscribe("said.*", () => undefined),
      () => bus.respond("said.*", () => ({ type: logEntry, value: line })),
      () => bus.flush(),
    ];
    for (const use of uses) await assert.rejects(use, { code: "TEST_OPTIONS_INVALID", remedy });
  }
});

test("expect() waits in real time as long as the test says", async () => {
  await using plain = testPlugin(Plain, { timeoutMs: 20 });
  await assert.rejects(plain.bus.expect("said.*"), { code: "TEST_EXPECTATION_FAILED", message: /20 ms of real time/ });
  const longer = plain.bus.expect("said.*", { timeoutMs: 30 });
  await assert.rejects(longer, { code: "TEST_EXPECTATION_FAILED", message: /30 ms of real time/ });
});

test("a request that waits for a clock that stands still fails with what to do about it", async () => {
  await using plain = testPlugin(Plain, { timeoutMs: 500 });
  await plain.start();
  await plain.bus.respond("slow.a", () => new Promise<never>(() => undefined));
  const request = plain.bus.request("slow.a", logEntry, line);
  await assert.rejects(request, { code: "TEST_CLOCK_STANDS", remedy: /advance/ });
});
