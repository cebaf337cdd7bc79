import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { blameAmong, createRuntime, hostService, type Runtime } from "../../mod.ts";
import { tempDir } from "../temp_dir.ts";
import { judge, makeError } from "./faulty_plugin.ts";

async function make(
  t: TestContext,
  attribution: "stack" | "context",
  given: (error: Error) => void = () => undefined,
): Promise<Runtime> {
  const runtime = createRuntime({
    manifestObject: {
      core: {
        system: { data_dir: await tempDir(t), attribution },
        api_gateway: { plugins: { faulty: { module: "./faulty_plugin.ts" } } },
      },
    },
    baseDir: new URL(".", import.meta.url),
    services: [hostService(judge, given)],
  });
  t.after(async () => void (await runtime.stop()));
  return runtime;
}

async function states(runtimes: readonly Runtime[]): Promise<(string | undefined)[]> {
  const reports = await Promise.all(runtimes.map((runtime) => runtime.health()));
  return reports.map(({ plugins }) => plugins["faulty"]?.state);
}

const started = async (runtimes: readonly Runtime[]): Promise<void> => {
  for (const runtime of runtimes) assert.equal((await runtime.start())[0]?.state, "running");
};

test("blameAmong() blames the runtime where the plugin runs, not one that is stopped or not started", async (t) => {
  const runtimes = [await make(t, "stack"), await make(t, "stack"), await make(t, "stack")] as const;
  await started(runtimes.slice(0, 2));
  const error = runtimes[1].service(makeError)();
  await runtimes[0].stop();
  assert.deepEqual(
    runtimes.map((runtime) => runtime.suspect(error)?.certainty),
    ["ended", "stack", undefined],
  );
  assert.equal(blameAmong(runtimes, error), true);
  assert.deepEqual(await states(runtimes.slice(1, 2)), ["error"]);
});

test("blameAmong() blames all runtimes of the same module when only the stack tells", async (t) => {
  const runtimes = [await make(t, "stack"), await make(t, "stack")] as const;
  await started(runtimes);
  assert.equal(blameAmong(runtimes, runtimes[0].service(makeError)()), true);
  assert.deepEqual(await states(runtimes), ["error", "error"]);
});

test("blameAmong() with context blames the one runtime that the error came out of", async (t) => {
  const runtimes: Runtime[] = [];
  let certainties: (string | undefined)[] = [];
  const given = (error: Error): void => {
    certainties = runtimes.map((runtime) => runtime.suspect(error)?.certainty);
    blameAmong(runtimes, error);
  };
  runtimes.push(await make(t, "context"), await make(t, "context", given));
  await started(runtimes.slice(0, 1));
  assert.equal((await runtimes[1]!.start())[0]?.cause?.code, "PLUGIN_STRAY_ERROR");
  assert.deepEqual(certainties, ["stack", "certain"]);
  assert.deepEqual(await states(runtimes), ["running", "error"]);
});

test("blameAmong() answers false for an error that no plugin of any runtime is part of", async (t) => {
  const runtimes = [await make(t, "stack")];
  await started(runtimes);
  assert.equal(blameAmong(runtimes, new Error("from nowhere")), false);
  assert.equal(blameAmong([], new Error("from nowhere")), false);
  assert.deepEqual(await states(runtimes), ["running"]);
});

test("suspect() names the plugin and changes nothing", async (t) => {
  const runtime = await make(t, "stack");
  await started([runtime]);
  assert.deepEqual(runtime.suspect(runtime.service(makeError)()), { plugin: "faulty", certainty: "stack" });
  assert.deepEqual(await states([runtime]), ["running"]);
});
