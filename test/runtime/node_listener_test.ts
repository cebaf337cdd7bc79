import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import express, { type ErrorRequestHandler } from "express";
import { BusinessPlugin, createRuntime, nodeListener, type Route, type Runtime } from "../../mod.ts";
import { tempDir } from "../temp_dir.ts";

const NATIVE = { Request: globalThis.Request, Response: globalThis.Response };

class Sample extends BusinessPlugin {
  static override readonly metadata = { name: "Sample", version: "1.0.0", description: "for a test" };
  override routes(): Route[] {
    return [
      {
        method: "GET",
        path: "/api/v1/peer",
        access: "public",
        handler: (context) => context.text(String(context.get("remoteAddress"))),
      },
      {
        method: "POST",
        path: "/api/v1/echo",
        access: "public",
        handler: async (context) => context.text(await context.req.text()),
      },
    ];
  }
}

async function makeRuntime(t: TestContext): Promise<Runtime> {
  const runtime = createRuntime({
    manifestObject: { core: { api_gateway: { plugins: { sample: {} } } } },
    baseDir: await tempDir(t),
    plugins: { sample: Sample },
  });
  t.after(async () => void (await runtime.stop()));
  return runtime;
}

/** Serves on a free port. @returns the port */
async function serve(
  t: TestContext,
  listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Promise<number> {
  const server = createServer({ requireHostHeader: false }, listener);
  t.after(() => void server.close());
  t.after(() => server.closeAllConnections());
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** What the server answers to this head, until it closes. */
async function raw(port: number, head: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  socket.write(head);
  await new Promise((resolve) => socket.once("close", resolve));
  return text;
}

test("a mounted runtime answers 503 until it is started, then its routes, and tells them who asks", async (t) => {
  const runtime = await makeRuntime(t);
  const port = await serve(t, nodeListener(runtime));
  const peer = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/api/v1/peer`);
  assert.equal((await peer()).status, 503);
  await runtime.start();
  const answer = await peer();
  assert.equal(await answer.text(), "127.0.0.1");
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
});

test("a mounted runtime refuses two hosts and an ambiguous path, which no Request can tell", async (t) => {
  const runtime = await makeRuntime(t);
  await runtime.start();
  const port = await serve(t, nodeListener(runtime));
  assert.match(
    await raw(port, "GET /api/v1/peer HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n"),
    /^HTTP\/1.1 400 /,
  );
  assert.match(await raw(port, "GET /api/v1/x/../peer HTTP/1.1\r\nHost: localhost\r\n\r\n"), /^HTTP\/1.1 400 /);
});

test("an answer that cannot be sent shows a problem, not the error's text", async (t) => {
  const locked = (): Promise<Response> => {
    const response = new Response(new ReadableStream());
    response.body?.getReader();
    return Promise.resolve(response);
  };
  const port = await serve(t, nodeListener({ fetch: locked }));
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/locked`);
  assert.deepEqual([response.status, response.headers.get("content-type")], [500, "application/problem+json"]);
  assert.doesNotMatch(await response.text(), /locked/);
});

test("what fetch() brings stays an instance of Response in a host that mounts a runtime", async (t) => {
  const { Request: OldRequest } = globalThis;
  const port = await serve(t, nodeListener(await makeRuntime(t)));
  assert.ok((await fetch(`http://127.0.0.1:${port}/`)) instanceof Response);
  assert.ok(new OldRequest("http://localhost/") instanceof Request);
  assert.ok(new Response("x") instanceof Response);
  class Derived extends Response {}
  assert.ok(new Derived() instanceof Derived);
  assert.ok(!(new Response() instanceof Derived));
});

test("what keeps a request from being answered goes to Express, which handles errors", async (t) => {
  const app = express();
  app.use((_request, response, next) => {
    response.status(503).end("too late");
    next();
  });
  app.use(nodeListener(await makeRuntime(t)));
  const failure = new Promise((resolve) => {
    const handler: ErrorRequestHandler = (error, _request, _response, _next) => resolve(error);
    app.use(handler);
  });
  const port = await serve(t, app);
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 503);
  assert.equal(((await failure) as NodeJS.ErrnoException).code, "ERR_HTTP_HEADERS_SENT");
});

test("without Express the response is destroyed, and the process goes on", async (t) => {
  const listener = nodeListener(await makeRuntime(t));
  const port = await serve(t, (incoming, outgoing) => {
    outgoing.writeHead(200).write("begun");
    listener(incoming, outgoing);
  });
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`).then((response) => response.text()));
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`).then((response) => response.text()));
});

test("a host that puts the old globals back can mount another runtime", async (t) => {
  const runtime = await makeRuntime(t);
  const ask = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${await serve(t, nodeListener(runtime))}/`)).status;
  assert.equal(await ask(), 503);
  for (const [name, value] of Object.entries(NATIVE)) Object.defineProperty(globalThis, name, { value });
  assert.equal(await ask(), 503);
  assert.ok((await fetch(`http://127.0.0.1:${await serve(t, nodeListener(runtime))}/`)) instanceof Response);
});
