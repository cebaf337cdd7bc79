import assert from "node:assert/strict";
import { test } from "node:test";
import { BasePlugin, BusinessPlugin, MiddlewarePlugin, type PluginMetadata, SecurityPlugin } from "../../../mod.ts";
import { logEntry, messageBus } from "../../../plugins/message_bus/contract.ts";
import { type StagedPhase, testPlugin } from "../../../runtime/testing.ts";

const about = (name: string): PluginMetadata => ({ name, version: "1.0.0", description: "of a test" });

class Plain extends BusinessPlugin {
  static override readonly metadata: PluginMetadata = about("Plain");
}

class Speaker extends BusinessPlugin {
  static override readonly metadata: PluginMetadata = { ...about("Speaker"), requires: [messageBus] };
  async say(topic: string, message = ""): Promise<void> {
    const line = { time: 1, level: "info", subsystem: "s", module: "m", message } as const;
    await this.requireService(messageBus).publish(topic, logEntry, line);
  }
}

test("a phase that does not exist is refused, with those that do", () => {
  const phases = { begin: { delayMs: 1 } } as Partial<Record<StagedPhase, object>>;
  assert.throws(() => testPlugin(Plain, { phases }), { code: "TEST_OPTIONS_INVALID", remedy: /initialize, start/ });
});

test("waiting for a clock that stands still fails with what to do about it", async () => {
  await using plain = testPlugin(Plain, { phases: { start: { delayMs: 10 } }, timeoutMs: 50 });
  await assert.rejects(plain.start(), { code: "TEST_CLOCK_STANDS", remedy: /advance/ });
});

test("a phase fails with the error that the test gives, after the plugin's own code has run", async () => {
  const error = new Error("no more");
  await using plain = testPlugin(Plain, { phases: { start: { error } } });
  const { state, cause } = await plain.start();
  assert.equal(state, "error");
  assert.equal(cause?.cause, error);
});

test("a failing stop() is on record as a problem", async () => {
  await using plain = testPlugin(Plain, { phases: { stop: { error: new Error("stuck") } } });
  await plain.start();
  assert.equal((await plain.stop()).state, "stopped");
  assert.deepEqual(
    plain.problems.map(({ code }) => code),
    ["PLUGIN_STOP_FAILED"],
  );
});

test("restart() runs a new instance", async () => {
  await using plain = testPlugin(Plain);
  await plain.start();
  const first = plain.plugin;
  assert.equal((await plain.restart()).state, "running");
  assert.notEqual(plain.plugin, first);
});

test("expect() answers what was published, heard or not, each message once and the oldest first", async () => {
  await using speaker = testPlugin(Speaker);
  await speaker.start();
  for (const text of ["one", "two", "three"]) await speaker.plugin.say("said.a", text);
  const texts = (await speaker.bus.expect("said.*", { count: 2 })).map((each) => each.decode(logEntry).message);
  assert.deepEqual(texts, ["one", "two"]);
  assert.equal((await speaker.bus.expect("said.*")).decode(logEntry).message, "three");
  assert.equal(speaker.bus.published.length, 3);
});

test("expect() that finds nothing names what was published", async () => {
  await using speaker = testPlugin(Speaker);
  await speaker.start();
  await speaker.plugin.say("said.a");
  const expected = speaker.bus.expect("other.*", { withinMs: 100 });
  const failed = assert.rejects(expected, { code: "TEST_EXPECTATION_FAILED", message: /published: said\.a\./ });
  await speaker.clock.advance(100);
  await failed;
});

test("expect() chooses by its condition and leaves the others to be found", async () => {
  await using speaker = testPlugin(Speaker);
  await speaker.start();
  for (const text of ["one", "two"]) await speaker.plugin.say("said.a", text);
  const two = await speaker.bus.expect("said.a", { where: (each) => each.decode(logEntry).message === "two" });
  assert.equal(two.decode(logEntry).message, "two");
  assert.equal((await speaker.bus.expect("said.a")).decode(logEntry).message, "one");
});

const behind = {
  method: "GET",
  path: "/api/v1/behind",
  access: "authenticated",
  handler: (context: { json(value: unknown): Response }) => context.json("there"),
} as const;

test("a security plugin stands in front of the test's routes", async () => {
  class Door extends SecurityPlugin {
    static override readonly metadata: PluginMetadata = about("Door");
    async handle(...[context, next]: Parameters<SecurityPlugin["handle"]>): Promise<void> {
      if (context.req.header("x-key") === "right") context.set("principal", { subject: "ada", permissions: [] });
      await next();
    }
  }
  await using door = testPlugin(Door, { routes: [behind] });
  await door.start();
  assert.equal((await door.fetch("/api/v1/behind")).status, 401);
  assert.equal((await door.fetch("/api/v1/behind", { headers: { "x-key": "right" } })).status, 200);
});

test("a middleware plugin's guard sees the peer's address", async () => {
  class Gate extends MiddlewarePlugin {
    static override readonly metadata: PluginMetadata = about("Gate");
    override async guard(...[context, next]: Parameters<MiddlewarePlugin["handle"]>): Promise<Response | void> {
      if (context.get("remoteAddress") === "192.0.2.1") return context.text("no", 403);
      await next();
    }
    async handle(...[, next]: Parameters<MiddlewarePlugin["handle"]>): Promise<void> {
      await next();
    }
  }
  const principal = { subject: "ada", permissions: [] };
  await using gate = testPlugin(Gate, { routes: [behind] });
  await gate.start();
  assert.equal((await gate.fetch("/api/v1/behind", { principal })).status, 200);
  assert.equal((await gate.fetch("/api/v1/behind", { principal, remoteAddress: "192.0.2.1" })).status, 403);
});

test("what is no plugin is refused by the loader's own code", async () => {
  class Nameless extends BasePlugin {}
  await using nameless = testPlugin(Nameless);
  await assert.rejects(nameless.start(), { code: "PLUGIN_NO_METADATA" });
});
