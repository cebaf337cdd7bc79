import assert from "node:assert/strict";
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
