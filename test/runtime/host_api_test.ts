import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import {
  blameAmong,
  BusinessPlugin,
  createRuntime,
  nodeListener,
  type Route,
  type Runtime,
  type RuntimeOptions,
  serviceKey,
} from "../../mod.ts";
import { tempDir } from "../temp_dir.ts";
import { ManualClock } from "../../runtime/testing/manual_clock.ts";

class Plain extends BusinessPlugin {
  static override readonly metadata = { name: "Plain", version: "1.0.0", description: "for a test" };
}

class Hello extends Plain {
  override routes(): Route[] {
    return [{ method: "GET", path: "/api/v1/hello", access: "public", handler: (context) => context.text("hello") }];
  }
}

async function make(context: TestContext, options: RuntimeOptions = {}, gateway: object = {}): Promise<Runtime> {
  const plugins = options.plugins ?? { plain: Plain };
  const entries = Object.fromEntries(Object.keys(plugins).map((name) => [name, {}]));
  const runtime = createRuntime({
    manifestObject: { core: { api_gateway: { port: 0, ...gateway, plugins: entries } } },
    baseDir: await tempDir(context),
    plugins,
    ...options,
  });
  context.after(async () => void (await runtime.stop()));
  return runtime;
}

const hello = (): Request => new Request("http://127.0.0.1/api/v1/hello");

test("manifest and baseDir may be file URLs", async (t) => {
  const folder = await tempDir(t);
  const text = "core: { api_gateway: { plugins: { plain: {} } } }";
  await writeFile(join(folder, "core.yaml"), text);
  const plugins = { plain: Plain };
  const fromFile = createRuntime({ manifest: pathToFileURL(join(folder, "core.yaml")), plugins });
  const fromText = createRuntime({ manifestText: text, baseDir: pathToFileURL(folder), plugins });
  for (const runtime of [fromFile, fromText]) {
    await runtime.plan();
    assert.equal(runtime.manifest?.system.dataDir, join(folder, "data"));
  }
});

test("fetch() answers 503 before start() and after stop(), never an error", async (t) => {
  const runtime = await make(t, { plugins: { hello: Hello } });
  assert.equal((await runtime.fetch(hello())).status, 503);
  await runtime.start();
  assert.equal(await (await runtime.fetch(hello(), { remoteAddress: undefined })).text(), "hello");
  await runtime.stop();
  const after = await runtime.fetch(hello());
  assert.deepEqual([after.status, after.headers.get("content-type")], [503, "application/problem+json"]);
});

test("fetch() shows the whole health to a peer on this machine, and the status alone to one it is not told of", async (t) => {
  const runtime = await make(t);
  await runtime.start();
  const shown = async (info?: { remoteAddress: string }): Promise<string[]> => {
    const response = await runtime.fetch(new Request("http://127.0.0.1/api/v1/admin/health"), info);
    return Object.keys((await response.json()) as object);
  };
  assert.deepEqual(await shown({ remoteAddress: "127.0.0.1" }), ["status", "summary", "plugins"]);
  assert.deepEqual(await shown({ remoteAddress: "192.0.2.7" }), ["status"]);
  assert.deepEqual(await shown(), ["status"]);
});

test("fetch() refuses Node's own request, a URL, and an address that is no text", async (t) => {
  const runtime = await make(t);
  await runtime.start();
  const wrong: readonly (readonly [unknown, unknown])[] = [
    [{ url: "/api/v1/hello", headers: { host: "127.0.0.1" } }, {}],
    ["http://127.0.0.1/api/v1/hello", {}],
    [undefined, {}],
    [hello(), { remoteAddress: { hostname: "127.0.0.1" } }],
  ];
  for (const [request, info] of wrong) {
    await assert.rejects(runtime.fetch(request as Request, info as object), { code: "RUNTIME_ARGUMENT_INVALID" });
  }
});

test("nodeListener() and blameAmong() refuse what is no runtime", async (t) => {
  const runtime = await make(t);
  const wrong = [undefined, {}, Promise.resolve(runtime), () => runtime];
  for (const value of wrong) {
    assert.throws(() => nodeListener(value as never), { code: "RUNTIME_ARGUMENT_INVALID" });
    assert.throws(() => blameAmong([runtime, value as never], new Error("x")), { code: "RUNTIME_ARGUMENT_INVALID" });
  }
  assert.throws(() => blameAmong(runtime as never, new Error("x")), { code: "RUNTIME_ARGUMENT_INVALID" });
});

test("on() refuses what is no function, service() what is no key", async (t) => {
  const runtime = await make(t);
  assert.throws(() => runtime.on(undefined as never), { code: "RUNTIME_ARGUMENT_INVALID" });
  assert.throws(() => runtime.service("message_bus" as never), { code: "RUNTIME_ARGUMENT_INVALID" });
  assert.throws(() => runtime.service(serviceKey("nobody", "1.0.0")), { code: "SERVICE_UNAVAILABLE" });
});

test("a logger and a listener that throw or reject disturb nothing and hear all the rest", async (t) => {
  let lines = 0;
  let events = 0;
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", note);
  t.after(() => void process.off("unhandledRejection", note));
  const rejecting = (): unknown => Promise.reject(new Error("the disk is full"));
  const logger = (): unknown => {
    lines++;
    return rejecting();
  };
  const runtime = await make(t, { logger });
  runtime.on(() => {
    events++;
    throw new Error("no");
  });
  runtime.on(rejecting);
  assert.deepEqual(
    (await runtime.start()).map(({ state }) => state),
    ["running"],
  );
  await runtime.stop();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(lines > 3 && events > 6, `${lines} ${events}`);
  assert.deepEqual(unhandled, []);
});

test("health() before start() and after stop() says so by code", async (t) => {
  const runtime = await make(t);
  await assert.rejects(runtime.health(), {
    code: "RUNTIME_NOT_STARTED",
    message: "Cannot tell the health: the runtime is not started.",
  });
  await runtime.start();
  assert.equal((await runtime.health()).status, "healthy");
  await runtime.stop();
  await assert.rejects(runtime.health(), { code: "RUNTIME_STOPPED" });
});

test("listen: true on port 0 tells its url, which is gone after stop()", async (t) => {
  const runtime = await make(t, { listen: true, plugins: { hello: Hello } });
  const urls = [runtime.url];
  await runtime.start();
  const url = String(runtime.url);
  assert.equal(await (await fetch(`${url}/api/v1/hello`)).text(), "hello");
  await runtime.stop();
  urls.push(runtime.url);
  assert.deepEqual(urls, [undefined, undefined]);
  await assert.rejects(fetch(url));
});

test("a start that failed leaves nothing behind: a new runtime starts on the same folder and port", async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => void taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  const baseDir = await tempDir(t);
  const options = { listen: true, handleSignals: true, baseDir, plugins: { hello: Hello } };
  const listeners = process.listenerCount("SIGTERM");
  const first = await make(t, options, { port });
  await assert.rejects(first.start(), { code: "GATEWAY_PORT_IN_USE" });
  assert.equal(process.listenerCount("SIGTERM"), listeners);
  await new Promise((resolve) => taken.close(resolve));
  const second = await make(t, options, { port });
  await second.start();
  assert.equal(await (await fetch(`${second.url}/api/v1/hello`)).text(), "hello");
});

test("a start that fails before anything ran lets go of the signals", async () => {
  const listeners = process.listenerCount("SIGTERM");
  const runtime = createRuntime({ manifest: "/there/is/no/such/core.yaml", handleSignals: true });
  await assert.rejects(runtime.start(), { code: "MANIFEST_NOT_FOUND" });
  assert.equal(process.listenerCount("SIGTERM"), listeners);
});

test("await using stops the runtime, and its signals are let go", async (t) => {
  const states: string[] = [];
  const listeners = process.listenerCount("SIGINT");
  {
    await using runtime = await make(t, { handleSignals: true });
    runtime.on((event) => void (event.type === "plugin_state" && states.push(event.to)));
    await runtime.start();
    assert.equal(process.listenerCount("SIGINT"), listeners + 1);
  }
  assert.deepEqual(states.slice(-3), ["running", "stopping", "stopped"]);
  assert.equal(process.listenerCount("SIGINT"), listeners);
});

test("a clock that is given is the only one: the times of events are its own", async (t) => {
  const clock = new ManualClock();
  const runtime = await make(t, { clock });
  const times = new Set<number>();
  runtime.on((event) => void times.add(event.time));
  await runtime.start();
  assert.deepEqual([...times], [clock.now()]);
});

test("stop() while modules are still being loaded ends the start", async (t) => {
  const runtime = await make(t);
  const refused = assert.rejects(runtime.start(), { code: "RUNTIME_STOPPED" });
  assert.deepEqual(await runtime.stop(), { abandoned: [], problems: [] });
  await refused;
});
