import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { tempDir } from "../temp_dir.ts";
import { CommandLine, type Finished, jsonLines, run, writeCore, writePlugin } from "./command_line.ts";

const SETTLED = "Start has settled";

interface Sample {
  /** Of the plugin's class. */
  readonly members: string;
  readonly entry?: object;
  readonly system?: object;
}

async function startSample(context: TestContext, { members, entry = {}, system = {} }: Sample): Promise<CommandLine> {
  const folder = await tempDir(context);
  const sample = { ...(await writePlugin(folder, "sample", members)), ...entry };
  return new CommandLine(context, ["start", await writeCore(folder, { sample }, {}, system)]);
}

interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly faults: readonly { readonly code: string; readonly message: string }[];
}

function errorOf({ stderr }: Finished): ShownError {
  const lines = jsonLines(stderr);
  return lines.at(-1)?.["error"] as ShownError;
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  test(`start: ${signal} stops the plugins and exits with 0`, async (t) => {
    const program = await startSample(t, { members: "override stop() { this.log.info('stopping now'); }" });
    await program.shows(SETTLED);
    program.kill(signal);
    const { code, stdout, stderr } = await program.finished;
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /stopping now/);
  });
}

test("start: off a terminal every line of standard output is JSON", async (t) => {
  const program = await startSample(t, { members: "override start() { this.log.info('two\\nlines'); }" });
  await program.shows(SETTLED);
  program.kill("SIGTERM");
  const lines = jsonLines((await program.finished).stdout);
  assert.ok(lines.some((line) => line["message"] === "two\nlines" && line["module"] === "sample"));
  assert.ok(lines.some((line) => line["message"] === "Stopped."));
});

test("start: the same signal again at once is the same key press, as package managers forward it", async (t) => {
  const program = await startSample(t, { members: "" });
  await program.shows(SETTLED);
  program.kill("SIGINT");
  program.kill("SIGINT");
  assert.equal((await program.finished).code, 0);
});

test("start: a second signal ends the process at once with 130", async (t) => {
  const program = await startSample(t, {
    members: "override stop() { return new Promise(() => setInterval(() => {}, 1000)); }",
    entry: { timeouts: { stop_ms: 60_000 } },
  });
  await program.shows(SETTLED);
  const again = setInterval(() => program.kill("SIGINT"), 100);
  t.after(() => clearInterval(again));
  assert.equal((await program.finished).code, 130);
});

test("start: a second signal of another kind ends it too", async (t) => {
  const program = await startSample(t, {
    members: "override stop() { return new Promise(() => {}); }",
    entry: { timeouts: { stop_ms: 60_000 } },
  });
  await program.shows(SETTLED);
  program.kill("SIGTERM");
  await program.shows("Stopping");
  program.kill("SIGINT");
  assert.equal((await program.finished).code, 130);
});

test("start: a signal during the start aborts it and exits with 0", async (t) => {
  const program = await startSample(t, {
    members: "override start() { this.log.info('on its way'); return new Promise(() => setInterval(() => {}, 1000)); }",
  });
  await program.shows("on its way");
  program.kill("SIGTERM");
  const { code, stdout } = await program.finished;
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, new RegExp(SETTLED));
});

test("start: a stray rejection puts its plugin in error and the process goes on", async (t) => {
  const program = await startSample(t, {
    members: "override start() { setTimeout(() => { void Promise.reject(new Error('lost')); }, 10); }",
  });
  await program.shows("PLUGIN_STRAY_ERROR");
  program.kill("SIGTERM");
  const { code, stdout } = await program.finished;
  assert.equal(code, 0);
  assert.match(stdout, /an error escaped from it: lost/);
});

test("start: what escapes from a module while it is imported is that plugin's failure", async (t) => {
  const program = await startSample(t, {
    members: "static stray = void Promise.reject(new Error('from the top'));",
  });
  await program.shows(SETTLED);
  program.kill("SIGTERM");
  const { code, stdout } = await program.finished;
  assert.equal(code, 0);
  assert.match(stdout, /"to":"error".*PLUGIN_STRAY_ERROR/);
});

test("start: an exception in a timer puts its plugin in error and the process goes on", async (t) => {
  const program = await startSample(t, {
    members: "override start() { setTimeout(() => { throw new Error('lost'); }, 10); }",
  });
  await program.shows("PLUGIN_STRAY_ERROR");
  program.kill("SIGTERM");
  assert.equal((await program.finished).code, 0);
});

test("start: an error that no plugin can be blamed for stops everything and exits with 70", async (t) => {
  const program = await startSample(t, {
    members: `override start() { setTimeout(() => {
      const error = new Error("nobody's"); error.stack = "Error: nobody's"; void Promise.reject(error);
    }, 10); }
    override stop() { this.log.info("stopped well"); }`,
    system: { attribution: "stack" },
  });
  const finished = await program.finished;
  assert.equal(finished.code, 70);
  assert.equal(errorOf(finished).code, "INTERNAL");
  assert.match(errorOf(finished).message, /nobody's/);
  assert.match(errorOf(finished).remedy, /attribution: context/);
  assert.match(finished.stdout, /stopped well/);
});

test("start: what is thrown and is no error is told as such", async (t) => {
  const program = await startSample(t, {
    members: "override start() { setTimeout(() => { throw undefined; }, 10); }",
    system: { attribution: "stack" },
  });
  const finished = await program.finished;
  assert.equal(finished.code, 70);
  assert.match(errorOf(finished).message, /undefined was thrown and not caught; it is no Error/);
});

test("start: a critical plugin that fails ends the start with 1", async (t) => {
  const program = await startSample(t, {
    members: "override start() { throw new Error('no way'); }",
    entry: { critical: true },
  });
  const finished = await program.finished;
  assert.equal(finished.code, 1);
  assert.equal(errorOf(finished).code, "RUNTIME_START_FAILED");
  assert.match(errorOf(finished).message, /no way/);
});

test("start: other plugins that fail are logged, and the rest serves", async (t) => {
  const program = await startSample(t, { members: "override start() { throw new Error('no way'); }" });
  await program.shows(SETTLED);
  program.kill("SIGTERM");
  const { code, stdout } = await program.finished;
  assert.equal(code, 0);
  assert.ok(jsonLines(stdout).some((line) => /no way/.test(String(line["message"])) && line["level"] === "error"));
});

test("start: a plugin that fails to stop makes the exit code 1 and is named", async (t) => {
  const program = await startSample(t, { members: "override stop() { throw new Error('stuck'); }" });
  await program.shows(SETTLED);
  program.kill("SIGTERM");
  const finished = await program.finished;
  assert.equal(finished.code, 1);
  assert.equal(errorOf(finished).code, "RUNTIME_STOP_FAILED");
  const [fault] = errorOf(finished).faults;
  assert.equal(fault?.code, "PLUGIN_STOP_FAILED");
  assert.match(fault.message, /"sample".*stuck/);
});

test("start: a port in use exits with 1", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const folder = await tempDir(t);
  const manifest = await writeCore(folder, {}, { port: (server.address() as AddressInfo).port });
  const finished = await run(t, ["start", manifest]);
  assert.equal(finished.code, 1);
  assert.equal(errorOf(finished).code, "GATEWAY_PORT_IN_USE");
});

test("start: a fault of the manifest exits with 78 and shows its place", async (t) => {
  const folder = await tempDir(t);
  const finished = await run(t, ["start", await writeCore(folder, {}, { prot: 1 })]);
  assert.equal(finished.code, 78);
  const error = errorOf(finished) as unknown as { faults: { position: { file: string; line: number } }[] };
  assert.equal(error.faults[0]?.position.file, "core.yaml");
});

test("start: goes on when nobody reads its standard output any more", async (t) => {
  const program = await startSample(t, {
    members: "override stop() { this.log.info('to nobody'); throw new Error('seen'); }",
  });
  await program.shows(SETTLED);
  program.process.stdout!.destroy();
  // Its lines cannot be seen; that it stopped in order shows on standard error.
  await new Promise((resolve) => program.process.stdout!.once("close", resolve));
  program.kill("SIGTERM");
  const { code, stderr } = await program.finished;
  assert.equal(code, 1);
  assert.match(stderr, /seen/);
});
