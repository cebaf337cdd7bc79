/** Bun's own server with a runtime in it: `bun config/examples/hosts/bun.ts`. */
import { createRuntime } from "backplane";

const runtime = createRuntime({ manifest: new URL("core.yaml", import.meta.url), handleSignals: true });

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"] ?? 8080),
  fetch(request, self) {
    if (!new URL(request.url).pathname.startsWith("/api/v1/")) return new Response("This page is the host's own.\n");
    return runtime.fetch(request, { remoteAddress: self.requestIP(request)?.address });
  },
});
console.log(`Listening on http://127.0.0.1:${server.port}`);
runtime.on((event) => {
  if (event.type === "runtime_stopping") void server.stop();
});
await runtime.start();
