import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import * as v from "valibot";
import {
  BusinessPlugin,
  config,
  type HealthCheck,
  hostService,
  type PluginMetadata,
  type Route,
} from "../../../mod.ts";
import { type LogEntry, logEntry, messageBus } from "../../../plugins/message_bus/contract.ts";
import { testPlugin } from "../../../runtime/testing.ts";
import { service } from "../plugin_spec.ts";

const line: LogEntry = { time: 1, level: "info", subsystem: "s", module: "m", message: "hello" };

interface EchoConfig {
  readonly prefix: string;
}

/** Answers on the bus and over HTTP, and uses a store that somebody provides. */
class Echo extends BusinessPlugin<EchoConfig> {
  static override readonly metadata: PluginMetadata<EchoConfig> = {
    name: "Echo Service",
    version: "1.0.0",
    description: "Says it again",
    requires: [config, messageBus, service("store")],
    config: v.strictObject({ prefix: v.optional(v.string(), "re: ") }),
  };
  readonly heard: string[] = [];

  override async start(): Promise<void> {
    const bus = this.requireService(messageBus);
    const subscription = await bus.subscribe("echo.request", async (message) => {
      const entry = message.decode(logEntry);
      this.heard.push(entry.message);
      await bus.publish("echo.reply", logEntry, { ...entry, message: `${this.config.prefix}${entry.message}` });
    });
    this.own(subscription);
    this.log.info("Echo listens.");
  }

  override healthCheck(): HealthCheck {
    return { status: "healthy", detail: { heard: this.heard.length } };
  }

  override routes(): readonly Route[] {
    const handler: Route["handler"] = (context) => context.json({ heard: this.heard });
    return [
      { method: "GET", path: "/api/v1/echo", access: "public", handler },
      { method: "GET", path: "/api/v1/echo/mine", access: "authenticated", handler },
      { method: "GET", path: "/api/v1/echo/all", access: "echo:read", handler },
    ];
  }

  override adminRoutes(): readonly Omit<Route, "access">[] {
    return [{ method: "GET", path: "/heard", handler: (context) => context.json({ heard: this.heard }) }];
  }
}

const store = hostService(service("store"), "a store");

test("the name is made from the metadata", () => {
  assert.equal(testPlugin(Echo).name, "echo_service");
});

test("nothing is started before start()", async () => {
  await using echo = testPlugin(Echo, { services: [store] });
  assert.deepEqual(echo.states, ["registered"]);
  await assert.rejects(echo.fetch("/api/v1/echo"), { code: "TEST_NOT_STARTED" });
  await assert.rejects(echo.stop(), { code: "TEST_NOT_STARTED" });
  assert.throws(() => echo.service(config), { code: "TEST_NOT_STARTED" });
  assert.throws(() => echo.plugin, { code: "TEST_NOT_STARTED" });
});

test("start() answers the plugin's own result", async () => {
  await using echo = testPlugin(Echo, { services: [store] });
  const { plugin, state, durationMs, cause } = await echo.start();
  assert.deepEqual([plugin, state, durationMs, cause], ["echo_service", "running", 0, undefined]);
  assert.deepEqual(echo.states, ["registered", "initializing", "initialized", "starting", "running"]);
});

test("what is published on the bus reaches the plugin, and expect() finds what it answers", async () => {
  await using echo = testPlugin(Echo, { services: [store] });
  await echo.start();
  await echo.bus.publish("echo.request", logEntry, line);
  const reply = await echo.bus.expect("echo.reply");
  assert.equal(reply.decode(logEntry).message, "re: hello");
  assert.equal(reply.source, "echo_service");
});

test("public, authenticated and permitted routes are called as the principal", async () => {
  await using echo = testPlugin(Echo, { services: [store] });
  await echo.start();
  const ada = { subject: "ada", permissions: [] };
  const root = { subject: "root", permissions: ["echo:read"] };
  const status = async (path: string, principal?: typeof root): Promise<number> =>
    (await echo.fetch(path, principal && { principal })).status;
  assert.deepEqual(
    [await status("/api/v1/echo"), await status("/api/v1/echo/mine"), await status("/api/v1/echo/all")],
    [200, 401, 401],
  );
  assert.deepEqual([await status("/api/v1/echo/mine", { ...ada }), await status("/api/v1/echo/all", ada)], [200, 403]);
  assert.equal(await status("/api/v1/echo/all", root), 200);
});

test("admin routes get the token, unless the request has an Authorization header", async () => {
  await using echo = testPlugin(Echo, { services: [store] });
  await echo.start();
  const path = "/api/v1/admin/plugins/echo_service/heard";
  assert.deepEqual(await (await echo.fetch(path)).json(), { heard: [] });
  assert.equal((await echo.fetch(path, { headers: { authorization: "Bearer no" } })).status, 401);
});

test("health() is the plugin's own, with its detail", async () => {
  await using echo = testPlugin(Echo, { services: [store] });
  await echo.start();
  const { status, state, detail } = await echo.health();
  assert.deepEqual({ status, state, detail }, { status: "healthy", state: "running", detail: { heard: 0 } });
});

test("a phase that takes too long times out on the test's clock", async () => {
  await using echo = testPlugin(Echo, { services: [store], phases: { start: { delayMs: 20_000 } } });
  const starting = echo.start();
  await echo.clock.advance(15_000);
  const { state, cause } = await starting;
  assert.equal(state, "error");
  assert.equal(cause?.code, "PLUGIN_START_TIMEOUT");
});

test("close() removes the data folder, and can be called twice", async () => {
  const echo = testPlugin(Echo, { services: [store] });
  await echo.start();
  const { dataDir } = echo.service(config);
  assert.equal(existsSync(dataDir), true);
  await echo.close();
  await echo.close();
  assert.equal(existsSync(dataDir), false);
});

test("a required service that nothing fakes is refused with the line that gives it", async () => {
  await using echo = testPlugin(Echo);
  await assert.rejects(echo.start(), (error: Error & { code: string; remedy: string }) => {
    assert.equal(error.code, "PLAN_INVALID");
    assert.match(error.message, /"store"/);
    assert.match(error.remedy, /services: \[hostService\(store, /);
    return true;
  });
});
