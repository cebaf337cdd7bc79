import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { tempDir } from "../temp_dir.ts";
import { sendSignal } from "../this_runtime.ts";
import { until } from "./instance.ts";

/** Where the examples of host programs are. */
export const hosts = fileURLToPath(new URL("../../config/examples/hosts/", import.meta.url));

interface HostProgram {
  readonly url: string;
  /** @returns the exit code, or the signal it died of, and what it wrote to standard error */
  end(signal: NodeJS.Signals): Promise<readonly [ended: number | string | null, stderr: string]>;
}

async function launch(t: TestContext, command: string, args: readonly string[]): Promise<HostProgram> {
  const env = { ...process.env, PORT: "0", DATA_DIR: join(await tempDir(t), "data") };
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit") as Promise<[number | null, string | null]>;
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /^Listening on (http:\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => reject(new Error(`ended early:\n${stderr}`)));
  });
  return {
    url,
    end: async (signal) => {
      sendSignal(child, signal);
      const [code, name] = await exited;
      return [code ?? name, stderr];
    },
  };
}

/** Starts a host program as a process and asks it all that its page in the docs promises. */
export async function checkHost(
  t: TestContext,
  command: string,
  args: readonly string[],
  signal: NodeJS.Signals,
): Promise<void> {
  const host = await launch(t, command, args);
  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(host.url + path, init);
  await until(async () => (await ask("/api/v1/admin/health/ready")).status === 200, "it is ready");
  assert.equal(await (await ask("/")).text(), "This page is the host's own.\n");
  const post = (body: string): Promise<Response> =>
    ask("/api/v1/guests", { method: "POST", headers: { "content-type": "application/json" }, body });
  const created = await post('{"name":"Ada"}');
  assert.deepEqual([created.status, await created.json()], [201, { name: "Ada", peer: "127.0.0.1" }]);
  assert.equal((await post('{"nom":"Ada"}')).status, 400);
  assert.equal((await post(JSON.stringify({ name: "A".repeat(1_100_000) }))).status, 413);
  assert.deepEqual(await (await ask("/api/v1/guests")).json(), { guests: ["Ada"] });
  const health = (await (await ask("/api/v1/admin/health")).json()) as { plugins: object };
  assert.deepEqual(health.plugins, { guestbook: { status: "healthy", state: "running" } });
  const foreign = await ask("/api/v1/admin/health", { headers: { origin: "http://evil.example" } });
  assert.equal(foreign.status, 403);
  const [ended, stderr] = await host.end(signal);
  assert.equal(ended, 0, stderr);
}
