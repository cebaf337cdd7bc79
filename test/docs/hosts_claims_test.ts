// What docs/hosts.md says in words and tables, beside its blocks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test, type TestContext } from "node:test";
import {
  type BackplaneError,
  createRuntime,
  hostService,
  reportFailures,
  type Runtime,
  serviceKey,
} from "../../mod.ts";
import { tempDir } from "../temp_dir.ts";

const ours = serviceKey<string>("ours", "1.0.0");

async function make(t: TestContext): Promise<Runtime> {
  const manifestObject = { core: { system: { data_dir: await tempDir(t) }, api_gateway: { plugins: {} } } };
  const runtime = createRuntime({
    manifestObject,
    baseDir: import.meta.dirname,
    handleSignals: true,
    services: [hostService(ours, "ours")],
  });
  t.after(async () => void (await runtime.stop()));
  return runtime;
}

/** What each call of the table comes to, where it comes to a code or a value that can be compared. */
async function outcomes(runtime: Runtime): Promise<Readonly<Record<string, unknown>>> {
  const codeOf = async (call: () => unknown): Promise<unknown> => {
    try {
      await call();
      return "well";
    } catch (error) {
      return (error as BackplaneError).code;
    }
  };
  return {
    fetch: (await runtime.fetch(new Request("http://127.0.0.1/api/v1/admin/health/ready"))).status,
    health: await codeOf(() => runtime.health()),
    startPlugin: await codeOf(() => runtime.startPlugin("nobody")),
    stopPlugin: await codeOf(() => runtime.stopPlugin("nobody")),
    service: await codeOf(() => runtime.service(serviceKey("nobody", "1.0.0"))),
    own: await codeOf(() => runtime.service(ours)),
    blame: runtime.blame(new Error("of nobody")),
    suspect: runtime.suspect(new Error("of nobody")),
    url: runtime.url,
    manifest: runtime.manifest?.system.name,
  };
}

test("before, during and after its run a runtime does what the table of docs/hosts.md says", async (t) => {
  const runtime = await make(t);
  const before = { fetch: 503, blame: false, suspect: undefined, url: undefined, manifest: undefined };
  const notStarted = { health: "RUNTIME_NOT_STARTED", startPlugin: "RUNTIME_NOT_STARTED" };
  const service = "SERVICE_UNAVAILABLE";
  assert.deepEqual(await outcomes(runtime), {
    ...before,
    ...notStarted,
    stopPlugin: "RUNTIME_NOT_STARTED",
    service,
    own: service,
  });
  const plan = await runtime.plan();
  await runtime.start();
  await assert.rejects(runtime.start(), { code: "RUNTIME_ALREADY_STARTED" });
  const during = { health: "well", startPlugin: "PLUGIN_UNKNOWN", stopPlugin: "PLUGIN_UNKNOWN" };
  assert.deepEqual(await outcomes(runtime), {
    ...before,
    fetch: 200,
    ...during,
    service,
    own: "well",
    manifest: "backplane",
  });
  const report = await runtime.stop();
  assert.equal(await runtime.stop(), report);
  await assert.rejects(runtime.start(), { code: "RUNTIME_STOPPED" });
  assert.equal(await runtime.plan(), plan);
  const after = { health: "RUNTIME_STOPPED", startPlugin: "RUNTIME_STOPPED", stopPlugin: "RUNTIME_STOPPED" };
  assert.deepEqual(await outcomes(runtime), { ...before, ...after, service, own: "well", manifest: "backplane" });
});

test("a start that was stopped before it began, or in its midst, is refused", async (t) => {
  const [early, midst] = [await make(t), await make(t)];
  await early.stop();
  await assert.rejects(early.start(), { code: "RUNTIME_STOPPED" });
  const refused = await early.fetch(new Request("http://127.0.0.1/api/v1/ticks"));
  assert.match(await refused.text(), /The runtime is stopped/);
  const starting = assert.rejects(midst.start(), { code: "RUNTIME_STOPPED" });
  await midst.stop();
  await starting;
});

test("a runtime handles the signals between start() and stop(), and no other event of the process", async (t) => {
  const names = ["SIGTERM", "SIGINT", "uncaughtException", "unhandledRejection", "exit", "beforeExit", "warning"];
  const count = (): number[] => names.map((name) => process.listenerCount(name));
  const runtime = await make(t);
  const before = count();
  await runtime.start();
  const [term, int, ...others] = before;
  assert.deepEqual(count(), [term! + 1, int! + 1, ...others]);
  await runtime.stop();
  assert.deepEqual(count(), before);
});

test("of two runtimes with one data folder the second cannot open the database; the token they share", async (t) => {
  const folder = await tempDir(t);
  const makeHere = (plugins: object): Runtime => {
    const manifestObject = { core: { system: { data_dir: folder }, api_gateway: { plugins } } };
    const runtime = createRuntime({ manifestObject, baseDir: folder });
    t.after(async () => void (await runtime.stop()));
    return runtime;
  };
  const [first] = await makeHere({ database: {} }).start();
  const token = readFileSync(join(folder, "admin.token"), "utf8");
  const [second] = await makeHere({ database: {} }).start();
  assert.deepEqual([first?.state, second?.state], ["running", "error"]);
  assert.equal(reportFailures([second!])[0]?.causes[0]?.code, "DATABASE_LOCKED");
  await makeHere({}).start();
  assert.equal(readFileSync(join(folder, "admin.token"), "utf8"), token);
});
