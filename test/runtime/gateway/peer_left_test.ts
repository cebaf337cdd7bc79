import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayHandler } from "../../../runtime/contribution.ts";
import { listen } from "../../../runtime/gateway/listener.ts";
import { rawConnection } from "./raw_http.ts";
import { contribution, testGateway, textRoute } from "./test_gateway.ts";

test("a plugin does not wait for a request whose peer left before it got inside", async (t) => {
  const handle: GatewayHandler = async (context, next) => {
    connection.socket.destroy();
    const { signal } = context.req.raw;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await next();
  };
  const { gateway } = testGateway();
  const listener = await listen({
    fetch: (request, origin) => gateway.fetch(request, origin),
    host: "127.0.0.1",
    port: 0,
  });
  t.after(() => listener.close(0));
  gateway.admit(contribution("auth", { kind: "security", handle }));
  const inside = new Promise<void>((resolve) => {
    const handler = (): Response => {
      resolve();
      return new Response("late");
    };
    gateway.admit(contribution("b", { routes: [textRoute("/api/v1/b", "", { handler })] }));
  });
  const connection = rawConnection(listener.port, "GET /api/v1/b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  await inside;
  assert.equal(gateway.withdraw("b"), undefined);
});
