/**
 * Runs a manifest with these plugins from the build and prints the URLs of all modules that were loaded, ES modules and
 * CommonJS: `node imports_child.js <folder> <plugins as JSON> [listen]`.
 */
import { createRequire, register } from "node:module";
import { pathToFileURL } from "node:url";
import { MessageChannel } from "node:worker_threads";

// The hook runs in a thread of its own; it sees each ES module before it is loaded, also those that others import.
const hook = `
  let port;
  export function initialize(data) { port = data.port; }
  export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    port.postMessage(resolved.url);
    return resolved;
  }
`;
const { port1, port2 } = new MessageChannel();
const urls = [];
port1.on("message", (url) => urls.push(url));
port1.unref();
register(`data:text/javascript,${encodeURIComponent(hook)}`, { data: { port: port2 }, transferList: [port2] });

const [folder, plugins, listen] = process.argv.slice(2);
const { createRuntime } = await import("../../dist/mod.js");
const runtime = createRuntime({
  baseDir: folder,
  listen: listen === "listen",
  manifestObject: { core: { system: { data_dir: "data" }, api_gateway: { port: 0, plugins: JSON.parse(plugins) } } },
});
const results = await runtime.start();
const failed = JSON.stringify(results, (_key, value) => (value instanceof Error ? value.message : value));
if ((await runtime.health()).status !== "healthy") throw new Error(`not healthy: ${failed}`);
await runtime.stop();
// What the hook has posted is there after a turn of the loop, for it answered each resolution after posting.
await new Promise((resolve) => setImmediate(resolve));
const required = Object.keys(createRequire(import.meta.url).cache).map((path) => pathToFileURL(path).href);
process.stdout.write(JSON.stringify([...urls, ...required]), () => process.exit(0));
