import assert from "node:assert/strict";
import { test } from "node:test";
import { version } from "../../runtime/version.ts";
import { tempDir } from "../temp_dir.ts";
import { run } from "./command_line.ts";

test("--version prints the version alone", async (t) => {
  assert.deepEqual(await run(t, ["--version"]), { code: 0, stdout: `${version}\n`, stderr: "", error: undefined });
});

test("--help names every command", async (t) => {
  const { code, stdout } = await run(t, ["--help"]);
  assert.equal(code, 0);
  for (const command of ["init", "start", "check", "plan", "health", "logs", "bus"]) {
    assert.match(stdout, new RegExp(`^ {2}${command} `, "m"));
  }
});

for (const command of [
  "init",
  "start",
  "check",
  "plan",
  "health",
  "logs",
  "bus publish",
  "bus subscribe",
  "plugin new",
]) {
  test(`${command} --help has an example`, async (t) => {
    const { code, stdout } = await run(t, [...command.split(" "), "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`Examples?:\n.*backplane ${command}`));
  });
}

test("an unknown command exits with 64 and names the nearest", async (t) => {
  const { code, stdout, stderr, error } = await run(t, ["helth"]);
  assert.deepEqual([code, stdout], [64, ""]);
  assert.equal(error, "CLI_USAGE");
  assert.match(stderr, /error CLI_USAGE: Cannot run: unknown command 'helth'\.\n {2}Did you mean health\?/);
});

test("an unknown option exits with 64 and names the nearest", async (t) => {
  const { code, stderr } = await run(t, ["check", "--jsn"]);
  assert.equal(code, 64);
  assert.match(stderr, /Did you mean --json\?/);
});

test("no command at all exits with 64 and shows the help", async (t) => {
  const { code, stderr } = await run(t, []);
  assert.equal(code, 64);
  assert.match(stderr, /Usage: backplane .*error CLI_USAGE/s);
});

test("a choice that there is not exits with 64 and names the choices", async (t) => {
  const { code, stderr } = await run(t, ["plan", "--format", "pdf"]);
  assert.equal(code, 64);
  assert.match(stderr, /text, json, mermaid, dot/);
});

test("with --json an error is one JSON object on standard error", async (t) => {
  const { code, stdout, stderr } = await run(t, ["health", "--json"], { cwd: await tempDir(t) });
  assert.deepEqual([code, stdout], [78, ""]);
  const { error } = JSON.parse(stderr) as { error: { code: string; remedy: string; faults: unknown[] } };
  assert.equal(error.code, "MANIFEST_NOT_FOUND");
  assert.match(error.remedy, /backplane init/);
  assert.deepEqual(error.faults, []);
});
