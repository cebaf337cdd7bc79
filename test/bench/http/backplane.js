/** A runtime with one plugin's route and so many middleware plugins in front of it: `node backplane.js <middlewares>`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BusinessPlugin, createRuntime, MiddlewarePlugin } from "../../../dist/mod.js";
import { answer } from "./answer.js";

const about = { version: "1.0.0", description: "For the benchmark" };

class Things extends BusinessPlugin {
  static metadata = { ...about, name: "Things" };
  healthCheck() {
    return { status: "healthy" };
  }
  routes() {
    return [
      {
        method: "GET",
        path: "/api/v1/things/:id",
        access: "public",
        handler: (c) => c.json(answer(c.req.param("id"))),
      },
    ];
  }
}

class PassOn extends MiddlewarePlugin {
  static metadata = { ...about, name: "Pass on" };
  async handle(_context, next) {
    await next();
  }
}

const middlewares = Array.from({ length: Number(process.argv[2]) }, (_, index) => [`pass_on_${index}`, PassOn]);
const plugins = Object.fromEntries([["things", Things], ...middlewares]);
const entries = Object.fromEntries(Object.keys(plugins).map((name) => [name, { critical: true }]));
const baseDir = mkdtempSync(join(tmpdir(), "backplane-bench-"));
process.on("exit", () => rmSync(baseDir, { recursive: true, force: true }));
process.on("SIGTERM", () => process.exit(0));
const runtime = createRuntime({
  baseDir,
  plugins,
  listen: true,
  manifestObject: { core: { system: { data_dir: "data" }, api_gateway: { port: 0, plugins: entries } } },
});
await runtime.start();
process.stdout.write(`${JSON.stringify({ port: Number(new URL(runtime.url).port) })}\n`);
