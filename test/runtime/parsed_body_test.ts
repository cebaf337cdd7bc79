import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import express from "express";
import { BusinessPlugin, createRuntime, nodeListener, type Route } from "../../mod.ts";
import { tempDir } from "../temp_dir.ts";

class Echo extends BusinessPlugin {
  static override readonly metadata = { name: "Echo", version: "1.0.0", description: "for a test" };
  override routes(): Route[] {
    const handler: Route["handler"] = async (context) => context.text(await context.req.text());
    return [{ method: "POST", path: "/api/v1/echo", access: "public", handler }];
  }
}

test("a body that a parser of the host's has read before cannot be read again: 500, and nothing hangs", async (t) => {
  const runtime = createRuntime({
    manifestObject: { core: { api_gateway: { plugins: { echo: {} } } } },
    baseDir: await tempDir(t),
    plugins: { echo: Echo },
  });
  t.after(async () => void (await runtime.stop()));
  await runtime.start();
  const app = express();
  app.use("/parsed", express.text(), (request, response) => {
    request.url = request.url.replace("/parsed", "");
    nodeListener(runtime)(request, response);
  });
  app.all("/api/v1/*path", nodeListener(runtime));
  const server = app.listen(0, "127.0.0.1");
  t.after(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const post = (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      body: "hello",
      headers: { "content-type": "text/plain" },
    });
  assert.equal(await (await post("/api/v1/echo")).text(), "hello");
  assert.equal((await post("/parsed/api/v1/echo")).status, 500);
});
