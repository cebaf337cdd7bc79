/** Deno's own server with a runtime in it: `deno run -A config/examples/hosts/deno.ts`. */
import { createRuntime } from "backplane";

const runtime = createRuntime({ manifest: new URL("core.yaml", import.meta.url), handleSignals: true });

const server = Deno.serve(
  {
    hostname: "127.0.0.1",
    port: Number(Deno.env.get("PORT") ?? 8080),
    onListen: ({ port }) => console.log(`Listening on http://127.0.0.1:${port}`),
  },
  (request, info) => {
    if (!new URL(request.url).pathname.startsWith("/api/v1/")) return new Response("This page is the host's own.\n");
    return runtime.fetch(request, { remoteAddress: info.remoteAddr.hostname });
  },
);
runtime.on((event) => {
  if (event.type === "runtime_stopping") void server.shutdown();
});
await runtime.start();
