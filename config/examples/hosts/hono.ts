/** A Hono app with a runtime in it: `npx tsx config/examples/hosts/hono.ts`. */
import { serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { createRuntime } from "backplane";
import { Hono } from "hono";

const runtime = createRuntime({ manifest: new URL("core.yaml", import.meta.url), handleSignals: true });

const app = new Hono();
app.get("/", (context) => context.text("This page is the host's own.\n"));
app.all("/api/v1/*", (context) =>
  runtime.fetch(context.req.raw, { remoteAddress: getConnInfo(context).remote.address }),
);

const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"] ?? 8080) }, (info) =>
  console.log(`Listening on http://127.0.0.1:${info.port}`),
);
runtime.on((event) => {
  if (event.type === "runtime_stopping") server.close();
});
await runtime.start();
