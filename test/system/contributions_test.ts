import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  BusinessPlugin,
  createRuntime,
  type GatewayContext,
  type PluginMetadata,
  type Route,
  type Runtime,
  type RuntimeOptions,
  SecurityPlugin,
} from "../../mod.ts";
import { tempDir } from "../temp_dir.ts";

const metadata: PluginMetadata = { name: "Test", version: "1.0.0", description: "for a test" };

async function serve(
  context: TestContext,
  plugins: NonNullable<RuntimeOptions["plugins"]>,
): Promise<Runtime & { readonly url: string }> {
  const entries = Object.fromEntries(Object.keys(plugins).map((name) => [name, {}]));
  const runtime = createRuntime({
    manifestObject: { core: { api_gateway: { port: 0, plugins: entries } } },
    baseDir: await tempDir(context),
    plugins,
    listen: true,
  });
  context.after(async () => void (await runtime.stop()));
  await runtime.start();
  return runtime as Runtime & { readonly url: string };
}

const get = (path: string, handler: Route["handler"]): Route => ({ method: "GET", path, access: "public", handler });

class Greeter extends BusinessPlugin {
  static override readonly metadata = metadata;
  override routes(): Route[] {
    return [get("/api/v1/greeting", (context) => context.json({ greeting: "hello" }))];
  }
}

class Gate extends SecurityPlugin {
  static override readonly metadata = metadata;
  override handle(context: GatewayContext, next: () => Promise<void>): Promise<void> {
    context.set("principal", { subject: "ann", permissions: [] });
    return next();
  }
}

test("a route answers while its plugin runs, and is gone when it stops", async (t) => {
  const runtime = await serve(t, { greeter: Greeter });
  const url = `${runtime.url}/api/v1/greeting`;
  assert.deepEqual(await (await fetch(url)).json(), { greeting: "hello" });
  await runtime.stopPlugin("greeter");
  assert.equal((await fetch(url)).status, 404);
  await runtime.startPlugin("greeter");
  assert.equal((await fetch(url)).status, 200);
});

test("in place of a security plugin that does not run stands 503, but not before the admin router", async (t) => {
  const runtime = await serve(t, { gate: Gate, greeter: Greeter });
  assert.equal((await fetch(`${runtime.url}/api/v1/greeting`)).status, 200);
  await runtime.stopPlugin("gate");
  const refused = await fetch(`${runtime.url}/api/v1/greeting`);
  assert.equal(refused.status, 503);
  assert.match(refused.headers.get("content-type") ?? "", /application\/problem\+json/);
  assert.equal((await fetch(`${runtime.url}/api/v1/admin/health/live`)).status, 200);
});

test("a security plugin that failed to start never lets a request through", async (t) => {
  class Broken extends Gate {
    override start(): void {
      throw new Error("no keys");
    }
  }
  const runtime = await serve(t, { gate: Broken, greeter: Greeter });
  assert.equal((await fetch(`${runtime.url}/api/v1/greeting`)).status, 503);
});

test("stopping a plugin waits for the request inside it, and only then calls stop()", async (t) => {
  const order: string[] = [];
  let letGo: (() => void) | undefined;
  let inside: (() => void) | undefined;
  const entered = new Promise<void>((resolve) => (inside = resolve));
  class Slow extends BusinessPlugin {
    static override readonly metadata = metadata;
    override routes(): Route[] {
      return [
        get("/api/v1/slow", async (context) => {
          inside?.();
          await new Promise<void>((resolve) => (letGo = resolve));
          order.push("answered");
          return context.text("done");
        }),
      ];
    }
    override stop(): void {
      order.push("stopped");
    }
  }
  const runtime = await serve(t, { slow: Slow });
  const answer = fetch(`${runtime.url}/api/v1/slow`);
  await entered;
  const stopping = runtime.stopPlugin("slow");
  assert.equal((await fetch(`${runtime.url}/api/v1/slow`)).status, 404);
  letGo?.();
  assert.equal(await (await answer).text(), "done");
  await stopping;
  assert.deepEqual(order, ["answered", "stopped"]);
});

test("a stream gets the signal first, so that stopping does not wait for its client", async (t) => {
  class Streamer extends BusinessPlugin {
    static override readonly metadata = metadata;
    override routes(): Route[] {
      return [get("/api/v1/stream", (context) => streamUntil(context.get("pluginSignal")))];
    }
  }
  const runtime = await serve(t, { streamer: Streamer });
  const response = await fetch(`${runtime.url}/api/v1/stream`);
  const reader = response.body!.getReader();
  await reader.read();
  await runtime.stopPlugin("streamer");
  assert.equal((await reader.read()).done, true);
});

function streamUntil(signal: AbortSignal): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("data: first\n\n"));
      signal.addEventListener("abort", () => controller.close());
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

test("a bad path and a clash each fail the plugin that brings them, and nobody else", async (t) => {
  class Outside extends BusinessPlugin {
    static override readonly metadata = metadata;
    override routes(): Route[] {
      return [get("/elsewhere", (context) => context.text(""))];
    }
  }
  const runtime = await serve(t, { greeter: Greeter, twin: Greeter, outside: Outside });
  const { plugins } = await runtime.health();
  assert.deepEqual(
    [plugins["greeter"]?.state, plugins["twin"]?.state, plugins["outside"]?.state],
    ["running", "error", "error"],
  );
  assert.equal((await fetch(`${runtime.url}/api/v1/greeting`)).status, 200);
  assert.equal((await runtime.startPlugin("twin")).cause?.code, "GATEWAY_ROUTE_CLASH");
  assert.equal((await runtime.startPlugin("outside")).cause?.code, "GATEWAY_ROUTE_INVALID");
});

test("stop() answers not ready before it closes the listener, and the listener is gone afterwards", async (t) => {
  const seen: number[] = [];
  const self: { runtime?: Runtime } = {};
  class Observer extends BusinessPlugin {
    static override readonly metadata = metadata;
    override async stop(): Promise<void> {
      const request = new Request("http://127.0.0.1/api/v1/admin/health/ready");
      seen.push((await self.runtime!.fetch(request, { remoteAddress: "127.0.0.1" })).status);
    }
  }
  const runtime = await serve(t, { observer: Observer });
  self.runtime = runtime;
  const { url } = runtime;
  assert.equal((await fetch(`${url}/api/v1/admin/health/ready`)).status, 200);
  await runtime.stop();
  assert.deepEqual(seen, [503]);
  await assert.rejects(fetch(`${url}/api/v1/admin/health/live`));
});
