import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runtimeName } from "../../runtime/host.ts";
import { tempDir } from "../temp_dir.ts";
import { runtimeArguments } from "../this_runtime.ts";
import { writeManifest } from "./instance.ts";

const child = fileURLToPath(new URL("restart_child.ts", import.meta.url));
const ROUNDS = 200;

test(`starting and stopping ${ROUNDS} times leaves no listener, timer, handle or file descriptor behind`, async (t) => {
  const manifest = await writeManifest(await tempDir(t));
  const exposeGc = runtimeName() === "deno" ? [] : ["--expose-gc"];
  const args = [...exposeGc, ...runtimeArguments(child, manifest, String(ROUNDS))];
  const env = { ...process.env, DENO_V8_FLAGS: "--expose-gc" };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const { before, after } = JSON.parse(stdout) as Record<"before" | "after", Record<string, number>>;
  // Fewer is no leak: the first count may find a file that Node itself is just reading.
  const more = Object.keys(after).filter((kind) => after[kind]! > (before[kind] ?? 0));
  assert.deepEqual(more, [], stdout);
});
