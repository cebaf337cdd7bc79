/** A server of node:http with a runtime in it: `npx tsx config/examples/hosts/node_http.ts`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRuntime, nodeListener } from "backplane";

const runtime = createRuntime({ manifest: new URL("core.yaml", import.meta.url), handleSignals: true });
const backplane = nodeListener(runtime); // passes the peer's address on

const server = createServer((request, response) => {
  if (request.url?.startsWith("/api/v1/")) backplane(request, response);
  else response.end("This page is the host's own.\n");
});
server.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1", () => {
  console.log(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
runtime.on((event) => {
  if (event.type === "runtime_stopping") server.close();
});
await runtime.start();
