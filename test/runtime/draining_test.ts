import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test, type TestContext } from "node:test";
import { BusinessPlugin, createRuntime, type Route, type RuntimeEvent } from "../../mod.ts";
import { ManualClock, promisesDone } from "../../runtime/testing/manual_clock.ts";
import { tempDir } from "../temp_dir.ts";

/** A runtime that listens, is asked something it does not answer yet, and is told to stop. */
async function stopWhileAsked(t: TestContext) {
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  let entered: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (entered = resolve));
  class Slow extends BusinessPlugin {
    static override readonly metadata = { name: "Slow", version: "1.0.0", description: "for a test" };
    override routes(): Route[] {
      const handler = async (): Promise<Response> => {
        entered();
        await answered;
        return new Response("done");
      };
      return [{ method: "GET", path: "/api/v1/slow", access: "public", handler }];
    }
  }
  const clock = new ManualClock();
  const manifestObject = { core: { api_gateway: { port: 0, plugins: { slow: {} } } } };
  const baseDir = await tempDir(t);
  const runtime = createRuntime({ manifestObject, baseDir, plugins: { slow: Slow }, listen: true, clock });
  const events: RuntimeEvent[] = [];
  runtime.on((event) => void events.push(event));
  await runtime.start();
  const response = fetch(`${runtime.url}/api/v1/slow?token=secret`).then((got) => got.text());
  await asked;
  const stopped = runtime.stop();
  await promisesDone();
  return { clock, answer, response, stopped, gateway: () => events.filter(({ type }) => /^gateway_(d|cl)/.test(type)) };
}

test("a stop that requests hold up for a second tells which, and how long it will wait for them", async (t) => {
  const { clock, answer, response, stopped, gateway } = await stopWhileAsked(t);
  await clock.advance(999);
  assert.deepEqual(gateway(), []);
  await clock.advance(1);
  const [draining] = gateway();
  assert.deepEqual(
    { ...draining, time: 0 },
    { type: "gateway_draining", time: 0, requests: 1, waiting: ["GET /api/v1/slow"], leftMs: 4_000 },
  );
  answer();
  assert.equal(await response, "done");
  await stopped;
  const closed = gateway()[1];
  assert.ok(closed?.type === "gateway_closed");
  assert.equal(closed.cut, 0);
});

test("a stop that drains at once tells nothing of it", async (t) => {
  const { clock, answer, stopped, gateway } = await stopWhileAsked(t);
  answer();
  await stopped;
  await clock.advance(10_000);
  assert.deepEqual(
    gateway().map(({ type }) => type),
    ["gateway_closed"],
  );
});

test("a stop that waits for a connection alone, with no request in it, names none", async (t) => {
  class Ticking extends BusinessPlugin {
    static override readonly metadata = { name: "Ticking", version: "1.0.0", description: "for a test" };
    override routes(): Route[] {
      const handler = (): Response => {
        const endless = new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
        });
        return new Response(endless, { headers: { "content-type": "text/event-stream" } });
      };
      return [{ method: "GET", path: "/api/v1/ticks", access: "public", handler }];
    }
  }
  const clock = new ManualClock();
  const manifestObject = { core: { api_gateway: { port: 0, plugins: { ticking: {} } } } };
  const runtime = createRuntime({
    manifestObject,
    baseDir: await tempDir(t),
    plugins: { ticking: Ticking },
    listen: true,
    clock,
  });
  const told: string[] = [];
  runtime.on(({ type }) => void (/^gateway_(d|cl)/.test(type) && told.push(type)));
  await runtime.start();
  const { host, hostname, port } = new URL(runtime.url!);
  const peer = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  peer.write(`GET /api/v1/ticks HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(peer, "data");
  peer.resume();
  const ended = once(peer, "end");
  const stopped = runtime.stop();
  await ended;
  await clock.advance(1_000);
  peer.end();
  await stopped;
  assert.deepEqual(told, ["gateway_closed"]);
});
