import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { binaryOf } from "./binaries.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

const greeter = `import { BusinessPlugin, type PluginMetadata, type Route } from "backplane";
export default class Greeter extends BusinessPlugin {
  static override readonly metadata: PluginMetadata = { name: "Greeter", version: "1.0.0", description: "Greets" };
  override routes(): readonly Route[] {
    const handler: Route["handler"] = (context) => context.json({ hello: context.req.param("name") });
    return [{ method: "GET", path: "/api/v1/hello/:name", access: "public", handler }];
  }
}
`;
const core = "core: { api_gateway: { plugins: { greeter: { module: ./greeter.ts } } } }\n";
const program = `import { createRuntime } from "backplane";
import { messageBus } from "backplane/plugins/message_bus";
await using runtime = createRuntime({ manifest: new URL("core.yaml", import.meta.url) });
const table = await runtime.start();
const info = { remoteAddress: "127.0.0.1" };
const response = await runtime.fetch(new Request("http://127.0.0.1/api/v1/hello/ada"), info);
const states = table.map(({ state }) => state);
console.log(JSON.stringify({ states, answer: await response.json(), key: messageBus.name }));
`;
const printed = { states: ["running"], answer: { hello: "ada" }, key: "message_bus" };

/** What a child process gets: nothing of the tests around it. */
const { NODE_TEST_CONTEXT: _, NODE_V8_COVERAGE: __, BACKPLANE_MANIFEST: ___, ...inherited } = process.env;
const env = { ...inherited, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };

/** @returns what the command printed; throws with both streams when it fails */
async function run(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(command, args, { cwd, env })).stdout;
}

describe("the package, installed from its tarball by npm", () => {
  let folder: string;
  let tarball: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "backplane-install-"));
    const name = await run(project, "npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", folder);
    tarball = join(folder, name.trim());
    await run(folder, "npm", "install", "--no-audit", tarball);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** A folder inside, so that each program finds what is installed and keeps its files to itself. */
  async function write(files: Readonly<Record<string, string>>): Promise<string> {
    const own = await mkdtemp(join(folder, "program-"));
    for (const [path, text] of Object.entries(files)) await writeFile(join(own, path), text);
    return own;
  }

  test("its command writes a manifest, finds it good, serves health, and ends on SIGTERM with 0", async (t) => {
    const own = join(folder, "backend");
    await mkdir(own);
    await run(own, "npx", "backplane", "init");
    assert.match(await run(own, "npx", "backplane", "check"), /is good: 3 plugins/);
    const text = await readFile(join(own, "core.yaml"), "utf8");
    const anyPorts = "message_bus:\n        config: { publish_port: 0, subscribe_port: 0 }";
    await writeFile(join(own, "core.yaml"), text.replace("port: 8771", "port: 0").replace(/message_bus:.*/, anyPorts));
    const child = spawn(join(folder, "node_modules", ".bin", "backplane"), ["start", "--json"], { cwd: own, env });
    t.after(() => void child.kill("SIGKILL"));
    const exited = once(child, "exit");
    const lines: string[] = [];
    let url = "";
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      url = /"url":"(http:[^"]+)"/.exec(line)?.[1] ?? url;
      if (line.includes("Start has settled")) break;
    }
    assert.notEqual(url, "", lines.join("\n"));
    const health = (await (await fetch(`${url}/api/v1/admin/health`)).json()) as { status: string };
    assert.equal(health.status, "healthy");
    child.stdout.resume();
    child.kill("SIGTERM");
    assert.deepEqual(await exited, [0, null]);
  });

  test("its command takes a plugin in TypeScript on this Node", async () => {
    const own = await write({ "core.yaml": core, "greeter.ts": greeter });
    assert.match(await run(own, "npx", "backplane", "check"), /is good: 1 plugin/);
  });

  for (const [runtime, backplane] of [
    ["node", "npx backplane"],
    ["bun", "bunx --bun backplane"],
    ["deno", "deno run -A npm:backplane"],
  ] as const) {
    test(`what plugin new tells to do next is right on ${runtime}, step by step`, async () => {
      const mine = JSON.stringify({ name: "mine", dependencies: { backplane: `file:${tarball}` } });
      const own = await write({ "core.yaml": "core: { api_gateway: { plugins: {} } }\n", "package.json": mine });
      // Where people have bunx, it is Bun by another name.
      const paths = await write({});
      for (const name of ["bun", "bunx"]) await symlink(binaryOf("bun"), join(paths, name));
      await symlink(binaryOf("deno"), join(paths, "deno"));
      const shell = (line: string): Promise<string> => run(own, "sh", "-c", `PATH="${paths}:$PATH"; ${line}`);
      await shell("npm install --no-audit");
      const { next } = JSON.parse(await shell(`${backplane} plugin new greeter --json`)) as { next: string[] };
      assert.equal(next.at(-1), `${backplane} start`);
      for (const step of next.slice(0, -1)) await shell(step);
      assert.match(await shell(`${backplane} check`), /is good: 1 plugin/);
    });
  }

  test("a program in TypeScript runs a plugin on Bun, and the command does", async () => {
    const own = await write({ "core.yaml": core, "greeter.ts": greeter, "main.ts": program });
    assert.deepEqual(JSON.parse(await run(own, binaryOf("bun"), "main.ts")), printed);
    assert.match(await run(own, binaryOf("bun"), "--bun", "x", "backplane", "check"), /is good: 1 plugin/);
  });

  test("a program in TypeScript runs a plugin on Deno, and its types hold there", async () => {
    const own = await write({ "core.yaml": core, "greeter.ts": greeter, "main.ts": program });
    await run(own, binaryOf("deno"), "check", "main.ts", "greeter.ts");
    await writeFile(join(own, "wrong.ts"), program.replace("manifest:", "manifesto:"));
    await assert.rejects(run(own, binaryOf("deno"), "check", "wrong.ts"), /'manifesto' does not exist/);
    assert.deepEqual(JSON.parse(await run(own, binaryOf("deno"), "run", "-A", "main.ts")), printed);
  });

  test("on Deno npm: names the package too, for a program as for the command", async () => {
    const named = (text: string): string => text.replaceAll('from "backplane', 'from "npm:backplane');
    const own = await write({ "core.yaml": core, "greeter.ts": named(greeter), "main.ts": named(program) });
    assert.deepEqual(JSON.parse(await run(own, binaryOf("deno"), "run", "-A", "main.ts")), printed);
    assert.match(await run(own, binaryOf("deno"), "run", "-A", "npm:backplane", "check"), /is good: 1 plugin/);
  });
});

test("npm has nothing to mend in what is published", async () => {
  // By another tag than "latest", npm does not ask whether the version is higher than the published one.
  const args = ["publish", "--dry-run", "--ignore-scripts", "--tag", "next"];
  const { stderr } = await promisify(execFile)("npm", args, { cwd: project, env });
  const warnings = stderr.split("\n").filter((line) => /^npm (?:warn|error)/i.test(line));
  assert.deepEqual(
    warnings.filter((line) => !line.includes("requires you to be logged in")),
    [],
  );
});
