import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type BackplaneError,
  createRuntime,
  hostService,
  type Runtime,
  type RuntimeEvent,
  serviceKey,
} from "../../mod.ts";
import { tempDir } from "../temp_dir.ts";
import type { BlockRunner } from "./code_blocks.ts";
import { install } from "./installed.ts";
import { Machine, steps } from "./machine.ts";
import { testPage } from "./page.ts";
import { codeWords, firstColumn } from "./tables.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = "docs/hosts.md";
const machine = await Machine.make();
const programs: string[] = [];
let stopped = "";

/** A program of the reader's own, in a file of the name that its first line says. */
function program(name: string): BlockRunner {
  const write = ({ text }: { readonly text: string }): void => {
    programs.push(name);
    machine.write(join(machine.folder, name), text);
  };
  return { language: "ts", starts: `// ${name}\n`, run: write };
}

/** What that program prints, to the letter. */
function prints(name: string): BlockRunner {
  return {
    language: "console",
    starts: `$ node --import tsx ${name}\n`,
    run: async ({ text }) => {
      for (const { command, output } of steps(text)) assert.equal(await machine.succeed(command), output);
    },
  };
}

/** One of config/examples/hosts, as its file is; test/system and test/runtimes run the files. */
function example(name: string, starts: string): BlockRunner {
  const compare = ({ text }: { readonly text: string }): void => {
    assert.equal(text, readFileSync(join(project, "config", "examples", "hosts", name), "utf8"));
  };
  return { language: "ts", starts, run: compare };
}

testPage(PAGE, [
  {
    language: "sh",
    starts: "npm init -y\n",
    run: async ({ text }) => {
      const isInstall = (line: string): boolean => line.startsWith("npm install ");
      const lines = text.trimEnd().split("\n");
      await machine.succeed(lines.filter((line) => !isInstall(line)).join("\n"));
      // Without a network: links in place of what npm would fetch. test/package installs with npm.
      assert.deepEqual(lines.filter(isInstall), [
        "npm install backplane",
        "npm install --save-dev typescript @types/node",
      ]);
      install(machine, ["tsx", "typescript", "@types"]);
    },
  },
  program("hello.ts"),
  prints("hello.ts"),
  program("failures.ts"),
  prints("failures.ts"),
  program("refused.ts"),
  prints("refused.ts"),
  program("services.ts"),
  prints("services.ts"),
  program("watch.ts"),
  prints("watch.ts"),
  example("node_http.ts", "/** A server of node:http"),
  example("express.ts", "/** An Express app"),
  example("hono.ts", "/** A Hono app"),
  example("bun.ts", "/** Bun's own server"),
  example("deno.ts", "/** Deno's own server"),
  program("ticker.ts"),
  {
    language: "yaml",
    starts: "# core.yaml",
    run: ({ text }) => machine.write("/opt/backplane/core.yaml", text),
  },
  program("listen.ts"),
  {
    language: "sh",
    starts: "node --import tsx listen.ts",
    run: async ({ text }) => void (await machine.openTerminal(text, /Start has settled/)),
  },
  {
    language: "sh",
    starts: "curl -s http://127.0.0.1:8771/api/v1/ticks",
    run: async ({ text }) => {
      const { ticks } = JSON.parse(await machine.succeed(text)) as { ticks: unknown };
      assert.equal(typeof ticks, "number");
      const { status, output } = await machine.closeTerminal("SIGINT");
      assert.equal(status, 0);
      stopped = output;
    },
  },
  {
    language: "text",
    starts: "info Starting",
    run: ({ text }) => assert.equal(stopped, text),
  },
  program("embedded.ts"),
  prints("embedded.ts"),
  program("strays.ts"),
  prints("strays.ts"),
  program("several.ts"),
  prints("several.ts"),
]);

test("the programs of docs/hosts.md type-check", async () => {
  assert.ok(programs.length > 8);
  const settings = { target: "ES2023", module: "nodenext", strict: true, noEmit: true, types: ["node"] };
  machine.write("/opt/backplane/tsconfig.json", JSON.stringify({ compilerOptions: settings, files: programs }));
  await machine.succeed("node node_modules/typescript/bin/tsc");
});

test("docs/hosts.md lists every option", () => {
  assert.throws(
    () => createRuntime({ nonsense: true } as object),
    ({ remedy }: BackplaneError) => {
      assert.deepEqual(codeWords(firstColumn(PAGE, "The options")), /: (.*)\.$/.exec(remedy)?.[1]?.split(", "));
      return true;
    },
  );
});

test("docs/hosts.md lists all that a runtime can do", () => {
  const members = Object.getOwnPropertyNames(Object.getPrototypeOf(createRuntime())).filter((n) => n !== "constructor");
  const listed = codeWords(firstColumn(PAGE, "What a runtime can do")).filter((name) => name !== "await");
  assert.deepEqual(listed.toSorted(), [...members, "manifest"].toSorted());
});

test("docs/hosts.md lists every event", () => {
  const types: Readonly<Record<RuntimeEvent["type"], true>> = {
    runtime_starting: true,
    runtime_started: true,
    runtime_stopping: true,
    runtime_stopped: true,
    plugin_state: true,
    plugins_slow: true,
    plugin_problem: true,
    gateway_composed: true,
    gateway_listening: true,
    gateway_draining: true,
    gateway_closed: true,
  };
  assert.deepEqual(codeWords(firstColumn(PAGE, "Watching and steering")), Object.keys(types));
});

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
