/** An Express app with a runtime in it: `npx tsx config/examples/hosts/express.ts`. */
import type { AddressInfo } from "node:net";
import { createRuntime, nodeListener } from "backplane";
import express from "express";

const runtime = createRuntime({ manifest: new URL("core.yaml", import.meta.url), handleSignals: true });

const app = express();
app.all("/api/v1/*path", nodeListener(runtime)); // before any body parser: it reads the body itself
app.use(express.json());
app.get("/", (_request, response) => void response.send("This page is the host's own.\n"));

const server = app.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1", () => {
  console.log(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
runtime.on((event) => {
  if (event.type === "runtime_stopping") server.close();
});
await runtime.start();
