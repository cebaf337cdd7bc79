/** Bare Hono on node:http: `node hono.js <middlewares> <what the health route answers>`. */
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { answer } from "./answer.js";

const [middlewares, health] = process.argv.slice(2);
const report = JSON.parse(health);
const app = new Hono();
app.get("/api/v1/admin/health", (context) => context.json(report));
for (let index = 0; index < Number(middlewares); index++) app.use("/api/v1/things/*", async (_context, next) => next());
app.get("/api/v1/things/:id", (context) => context.json(answer(context.req.param("id"))));
const listener = getRequestListener((request) => app.fetch(request));
const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`));
