/**
 * How the health route compares with bare Hono that answers the same JSON on the same server. Rounds of both are
 * interleaved, since the machine's speed varies more than the two differ.
 *
 *     node --import tsx test/bench/health_route.ts [rounds] [milliseconds]
 */
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { listen } from "../../runtime/gateway/listener.ts";
import { pluginSnapshot, testGateway } from "../runtime/gateway/test_gateway.ts";

const rounds = Number(process.argv[2] ?? 11);
const milliseconds = Number(process.argv[3] ?? 1_000);
const PATH = "/api/v1/admin/health";
const client = fileURLToPath(new URL("./http_load.ts", import.meta.url));

const { gateway, health } = testGateway({
  snapshots: ["database", "message_bus", "log_consumer"].map((name) => pluginSnapshot(name, { critical: true })),
});
const listener = await listen({
  fetch: (request, origin) => gateway.fetch(request, origin),
  host: "127.0.0.1",
  port: 0,
});
const report = await health.report();
const bare = new Hono().get(PATH, (context) => context.json(report));
const answerBare = getRequestListener((request) => bare.fetch(request));
const server = createServer((incoming, outgoing) => void answerBare(incoming, outgoing));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const ports = { gateway: listener.port, bare: (server.address() as AddressInfo).port };

const ratios: number[] = [];
const rates: Record<keyof typeof ports, number[]> = { gateway: [], bare: [] };
await load(ports.bare);
await load(ports.gateway);
for (let round = 0; round < rounds; round += 1) {
  // Swapping who goes first keeps a drift of the machine from favouring one.
  const order = round % 2 === 0 ? (["bare", "gateway"] as const) : (["gateway", "bare"] as const);
  const rate = { bare: 0, gateway: 0 };
  for (const name of order) rate[name] = await load(ports[name]);
  rates.bare.push(rate.bare);
  rates.gateway.push(rate.gateway);
  ratios.push(rate.gateway / rate.bare);
}
process.stdout.write(
  `health route ${median(rates.gateway).toFixed(0)} req/s, bare Hono ${median(rates.bare).toFixed(0)} req/s, ` +
    `ratio ${median(ratios).toFixed(2)} (median of ${rounds}; target 0.80)\n`,
);
await listener.close(0);
server.close();
server.closeAllConnections();

/** Requests per second that a client in a process of its own gets answered. */
function load(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, client, String(port), PATH, String(milliseconds)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("close", () => resolve(Number(text)));
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;
}
