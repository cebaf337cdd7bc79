/** Fastify as it comes: `node fastify.js <middlewares> <what the health route answers>`. */
import Fastify from "fastify";
import { answer } from "./answer.js";

const [middlewares, health] = process.argv.slice(2);
const report = JSON.parse(health);
const app = Fastify();
app.get("/api/v1/admin/health", async () => report);
for (let index = 0; index < Number(middlewares); index++) app.addHook("onRequest", async () => {});
app.get("/api/v1/things/:id", (request, reply) => void reply.send(answer(request.params.id)));
await app.listen({ port: 0, host: "127.0.0.1" });
process.stdout.write(`${JSON.stringify({ port: app.server.address().port })}\n`);
