import assert from "node:assert/strict";
import { createServer } from "node:net";
import { afterEach, test } from "node:test";
import type { GatewayHandler, Route } from "../../../runtime/contribution.ts";
import { BODY_LIMIT } from "../../../runtime/gateway/guards.ts";
import { type Listener, listen, type ListenOptions } from "../../../runtime/gateway/listener.ts";
import { rawConnection, rawRequest, statusOf } from "./raw_http.ts";
import { contribution, testGateway, textRoute, type TestGatewayOptions } from "./test_gateway.ts";

const listeners: Listener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close(0)));
});

/** A listener on a free port, in front of a gateway with these routes. */
async function serve(routes: Route[] = [], options: TestGatewayOptions = {}, listening: Partial<ListenOptions> = {}) {
  const { gateway, lines } = testGateway(options);
  gateway.admit(contribution("a", { routes }));
  const listener = await listen({
    fetch: (request, origin) => gateway.fetch(request, origin),
    host: "127.0.0.1",
    port: 0,
    ...listening,
  });
  listeners.push(listener);
  return { gateway, lines, listener, port: listener.port };
}

const echo: Route = {
  method: "POST",
  path: "/api/v1/echo",
  access: "public",
  handler: async (context) => context.text(String((await context.req.text()).length)),
};

function get(target: string, headers = "Host: 127.0.0.1\r\n"): string {
  return `GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`;
}

test("listen() on port 0 tells the real port and url, which answer", async () => {
  const { listener } = await serve([textRoute("/api/v1/a", "hello")]);
  assert.match(listener.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  assert.equal(await (await fetch(`${listener.url}/api/v1/a`)).text(), "hello");
});

test("listen() takes an IPv6 address with brackets", async () => {
  const { listener } = await serve([textRoute("/api/v1/a", "hello")], {}, { host: "[::1]" });
  assert.match(listener.url, /^http:\/\/\[::1\]:\d+$/);
  assert.equal(await (await fetch(`${listener.url}/api/v1/a`)).text(), "hello");
});

test("listen() on a port in use names the port and the setting", async () => {
  const { port } = await serve();
  await assert.rejects(serve([], {}, { port }), (error: Error & { code?: string; remedy?: string }) => {
    assert.equal(error.code, "GATEWAY_PORT_IN_USE");
    assert.ok(error.message.includes(String(port)));
    assert.match(error.remedy ?? "", /core\.api_gateway\.port/);
    return true;
  });
});

test("listen() on an address of another machine fails and names the setting", async () => {
  await assert.rejects(serve([], {}, { host: "192.0.2.1" }), (error: Error & { code?: string; remedy?: string }) => {
    assert.equal(error.code, "GATEWAY_LISTEN_FAILED");
    assert.match(error.remedy ?? "", /core\.api_gateway\.host/);
    return true;
  });
});

test("every answer carries the security headers, refusals too, and a route's own wins", async () => {
  const own = (): Response => new Response("page", { headers: { "content-security-policy": "default-src 'self'" } });
  const { listener, port } = await serve([textRoute("/api/v1/a"), textRoute("/api/v1/page", "", { handler: own })]);
  for (const path of ["/api/v1/a", "/nothing", "/api/v1/admin/health"]) {
    const { headers } = await fetch(listener.url + path);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("x-frame-options"), "DENY");
  }
  assert.match(await rawRequest(port, get("/a/../b")), /x-content-type-options: nosniff/i);
  const page = await fetch(`${listener.url}/api/v1/page`);
  assert.equal(page.headers.get("content-security-policy"), "default-src 'self'");
});

test("a body that fails before its first chunk leaks nothing, and the listener lives on", async () => {
  const handler = (): Response =>
    new Response(new ReadableStream({ pull: () => Promise.reject(new Error("hunter2")) }));
  const { gateway, listener } = await serve([textRoute("/api/v1/bad", "", { handler }), textRoute("/api/v1/good")]);
  // A header set after next() makes the adapter read ahead before it writes the head.
  const late: GatewayHandler = async (context, next) => {
    await next();
    context.header("x-late", "1");
  };
  gateway.admit(contribution("m", { kind: "middleware", handle: late }));
  const seen = await fetch(`${listener.url}/api/v1/bad`).then(async (response) => response.text(), String);
  assert.ok(!seen.includes("hunter2"), seen);
  assert.equal((await fetch(`${listener.url}/api/v1/good`)).headers.get("x-late"), "1");
});

test("the peer's address reaches the route", async () => {
  const handler: Route["handler"] = (context) => context.text(String(context.get("remoteAddress")));
  const { listener } = await serve([textRoute("/api/v1/a", "", { handler })]);
  assert.equal(await (await fetch(`${listener.url}/api/v1/a`)).text(), "127.0.0.1");
});

const hosts: [string, number, string][] = [
  ["no Host", 400, ""],
  ["two Hosts", 400, "Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n"],
  ["two Hosts in different case", 400, "Host: 127.0.0.1\r\nhOST: evil.example\r\n"],
  ["an empty Host", 400, "Host:\r\n"],
  ["a list of Hosts", 400, "Host: 127.0.0.1, evil.example\r\n"],
  ["a Host with a user", 400, "Host: 127.0.0.1@evil.example\r\n"],
  ["a Host with a path", 400, "Host: 127.0.0.1/x\r\n"],
  ["a foreign Host", 421, "Host: evil.example\r\n"],
  ["a foreign Host that begins like ours", 421, "Host: 127.0.0.1.evil.example\r\n"],
  ["localhost with a dot and a port", 200, "Host: LocalHost.:1\r\n"],
  ["IPv6 loopback", 200, "Host: [::1]:8771\r\n"],
  ["an allowed host", 200, "Host: API.example\r\n"],
];
for (const [name, status, headers] of hosts) {
  test(`a request with ${name} answers ${status}`, async () => {
    const { port } = await serve([textRoute("/api/v1/a")], { settings: { allowedHosts: ["api.example"] } });
    const text = await rawRequest(port, get("/api/v1/a", headers));
    assert.equal(statusOf(text), status, text);
    if (status !== 200) assert.match(text, /content-type: application\/problem\+json/i);
  });
}

test("a Host that was let through opens the connection to no other", async () => {
  const { port } = await serve([textRoute("/api/v1/a")]);
  const ask = (host: string): string => `GET /api/v1/a HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const connection = rawConnection(port, ask("127.0.0.1"));
  await connection.received(/HTTP\/1\.1 200 /);
  connection.socket.write(ask("evil.example"));
  await connection.received(/HTTP\/1\.1 421 /);
  connection.socket.write(ask("127.0.0.1/x"));
  await connection.received(/HTTP\/1\.1 400 /);
});

test("what waits for nothing is answered at once, health and a route alike", async () => {
  const { gateway } = testGateway();
  const kinds: string[] = [];
  const listener = await listen({
    fetch: (request, origin) => {
      const answer = gateway.fetch(request, origin);
      kinds.push(answer instanceof Promise ? "later" : "at once");
      return answer;
    },
    host: "127.0.0.1",
    port: 0,
  });
  listeners.push(listener);
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a")] }));
  // The first report has the plugins' checks to wait for.
  for (const path of ["/api/v1/admin/health", "/api/v1/admin/health", "/api/v1/a"]) await fetch(listener.url + path);
  assert.deepEqual(kinds, ["later", "at once", "at once"]);
});

test("an HTTP/1.0 request without a Host answers 400", async () => {
  const { port } = await serve();
  assert.match(await rawRequest(port, "GET / HTTP/1.0\r\n\r\n"), / 400 /);
});

const targets = [
  "/api/v1/x/../admin/health",
  "/api/v1/%61dmin/health",
  "/api/v1%2fadmin",
  "/api\\v1\\admin",
  "//evil/x",
  "http://127.0.0.1/api/v1/a",
  "/a/%2e%2e/b",
  "/a%00",
];
for (const target of targets) {
  test(`the target ${target} is refused before routing`, async () => {
    const { port } = await serve([textRoute("/api/v1/*")]);
    const text = await rawRequest(port, get(target));
    assert.equal(statusOf(text), 400, text);
    assert.match(text, /application\/problem\+json/);
  });
}

test("a body of exactly the limit passes, stated or chunked", async () => {
  const { listener } = await serve([echo]);
  const body = Buffer.alloc(1_048_576, 97);
  const stated = await fetch(`${listener.url}/api/v1/echo`, { method: "POST", body });
  const chunked = await fetch(`${listener.url}/api/v1/echo`, {
    method: "POST",
    body: new Blob([body]).stream(),
    duplex: "half",
  });
  assert.deepEqual([await stated.text(), await chunked.text()], ["1048576", "1048576"]);
});

test("a stated length over the limit is a 413 before the body is sent", async () => {
  const { port } = await serve([echo]);
  const head = "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n";
  const connection = rawConnection(port, head);
  assert.equal(statusOf(await connection.received(/"status":413/)), 413);
  connection.socket.destroy();
});

test("a chunked body is a 413 as soon as it passes the limit, and reaches no handler", async () => {
  let called = false;
  const handler: Route["handler"] = (context) => {
    called = true;
    return context.text("");
  };
  const { port } = await serve([{ ...echo, handler }]);
  const head = "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  const connection = rawConnection(port, head);
  const chunk = Buffer.from(`10000\r\n${"a".repeat(65_536)}\r\n`);
  for (let index = 0; index < 17; index += 1) connection.socket.write(chunk);
  assert.equal(statusOf(await connection.received(/"status":413/)), 413);
  connection.socket.destroy();
  assert.equal(called, false);
});

test("a chunked body that the peer breaks off reaches no handler and is no error of ours", async () => {
  const { listener, port, lines } = await serve([echo]);
  const head = "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
  const connection = rawConnection(port, head);
  connection.socket.end();
  await connection.closed;
  assert.equal((await fetch(`${listener.url}/api/v1/echo`, { method: "POST", body: "x" })).status, 200);
  assert.deepEqual(lines, []);
});

test("a head that is sent too slowly ends the connection", async () => {
  const { port } = await serve([], {}, { timeouts: { headersMs: 100, requestMs: 200, checkMs: 20 } });
  const connection = rawConnection(port, "GET / HTTP/1.1\r\nHost: localhost\r\n");
  await connection.closed;
  assert.match(connection.text(), /^(HTTP\/1\.1 408 |$)/);
});

test("a body that is sent too slowly ends the connection", async () => {
  const { port } = await serve([echo], {}, { timeouts: { headersMs: 100, requestMs: 200, checkMs: 20 } });
  const head = "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf";
  const connection = rawConnection(port, head);
  await connection.closed;
  assert.ok(!connection.text().startsWith("HTTP/1.1 200"), connection.text());
});

test("close() lets a request in flight finish and takes no new connection", async () => {
  let finish: (response: Response) => void = () => assert.fail("not asked");
  let entered: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (entered = resolve));
  const handler = (): Promise<Response> => {
    entered();
    return new Promise((resolve) => (finish = resolve));
  };
  const { listener } = await serve([textRoute("/api/v1/a", "", { handler })]);
  const inside = fetch(`${listener.url}/api/v1/a?token=secret`);
  await asked;
  const closed = listener.close(10_000);
  assert.deepEqual(listener.requests, ["GET /api/v1/a"]);
  await assert.rejects(fetch(`${listener.url}/api/v1/a`));
  finish(new Response("done"));
  const response = await inside;
  assert.equal(await response.text(), "done");
  assert.equal(response.headers.get("connection"), "close");
  assert.equal(await closed, 0);
});

test("close() does not wait beyond its deadline, and tells how many answers it cut off", async () => {
  let entered: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (entered = resolve));
  const handler = (): Promise<Response> => {
    entered();
    return new Promise(() => undefined);
  };
  const { port, listener } = await serve([textRoute("/api/v1/a", "", { handler })]);
  const connection = rawConnection(port, get("/api/v1/a"));
  await asked;
  assert.equal(await listener.close(50), 1);
  await connection.closed;
  assert.equal(connection.text(), "");
});

test("close() ends idle connections at once and is not held up by one that was never used", async () => {
  const { port, listener } = await serve([textRoute("/api/v1/a")]);
  const used = rawConnection(port, "GET /api/v1/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await used.received(/\/api\/v1\/a/);
  const unused = rawConnection(port);
  await new Promise<void>((resolve) => unused.socket.once("connect", () => resolve()));
  // A second answer on the first connection: by now the server has accepted the second one.
  used.socket.write("GET /api/v1/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await used.received(/\/api\/v1\/a[^]*\/api\/v1\/a/);
  const begin = performance.now();
  await listener.close(60_000);
  await used.closed;
  assert.ok(performance.now() - begin < 30_000);
  unused.socket.destroy();
});

test("close() ends an event stream at once and cleanly", async () => {
  let cancelled: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (cancelled = resolve));
  const handler = (): Response => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
      cancel: () => cancelled(),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  const { port, listener } = await serve([textRoute("/api/v1/events", "", { handler })]);
  const connection = rawConnection(port, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await connection.received(/data: 1/);
  await listener.close(60_000);
  await Promise.all([connection.closed, ended]);
  assert.match(connection.text(), /0\r\n\r\n$/);
});

test("close() twice is one close", async () => {
  const { listener } = await serve();
  await Promise.all([listener.close(1_000), listener.close(1_000)]);
});

test("a port is free again after close()", async () => {
  const { listener, port } = await serve();
  await listener.close(0);
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  await new Promise((resolve) => server.close(resolve));
});

test("withdraw() waits until a stream of the plugin has been sent to its end", async () => {
  const abort = new AbortController();
  const handler: Route["handler"] = (context) => {
    const signal = context.get("pluginSignal");
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("data: 1\n\n"));
        signal.addEventListener("abort", () => controller.close());
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  const { gateway, port } = await serve();
  gateway.admit(contribution("s", { signal: abort.signal, routes: [textRoute("/api/v1/s", "", { handler })] }));
  const connection = rawConnection(port, get("/api/v1/s"));
  await connection.received(/data: 1/);
  const emptied = gateway.withdraw("s");
  assert.ok(emptied, "the stream is inside");
  abort.abort();
  await Promise.all([emptied.ended, connection.closed]);
  assert.match(connection.text(), /0\r\n\r\n$/);
});

test("a request whose peer has gone leaves the plugin", async () => {
  const handler = (): Promise<Response> => new Promise(() => undefined);
  const { gateway, port } = await serve();
  gateway.admit(contribution("s", { routes: [textRoute("/api/v1/s", "", { handler })] }));
  const connection = rawConnection(port, get("/api/v1/s"));
  const first = rawConnection(port, get("/api/v1/nothing"));
  await first.closed;
  const emptied = gateway.withdraw("s");
  assert.ok(emptied, "the request is inside");
  connection.socket.destroy();
  await emptied.ended;
});

test("no number of headers hides one from a guard: too many are refused", async () => {
  const { port } = await serve([echo]);
  const padding = Array.from({ length: 100 }, (_, index) => `X${index}: 1\r\n`).join("");
  const host = "Host: 127.0.0.1\r\n";
  const large = "a".repeat(BODY_LIMIT + 1);
  const post = `POST /api/v1/echo HTTP/1.1\r\n${host}${padding}Content-Length: ${large.length}\r\n\r\n${large}`;
  assert.equal(statusOf(await rawRequest(port, post)), 431);
  const foreign = get("/api/v1/admin/health/live", `${host}${padding}Origin: http://evil.example\r\n`);
  assert.equal(statusOf(await rawRequest(port, foreign)), 431);
});

test("an answer is not kept by caches unless its route says so", async () => {
  const own = (): Response => new Response("", { headers: { "cache-control": "max-age=60" } });
  const raw = (): Response => new Response("raw");
  const { listener } = await serve([
    textRoute("/api/v1/a", "", { handler: raw }),
    textRoute("/api/v1/b", "", { handler: own }),
  ]);
  assert.equal((await fetch(`${listener.url}/api/v1/a`)).headers.get("cache-control"), "no-store");
  assert.equal((await fetch(`${listener.url}/api/v1/b`)).headers.get("cache-control"), "max-age=60");
});

test("a stream that HEAD asks for is cancelled, for nobody reads it", async () => {
  let cancelled = (): void => undefined;
  const ended = new Promise<void>((resolve) => (cancelled = resolve));
  const handler = (): Response => new Response(new ReadableStream({ cancel: () => cancelled() }));
  const { port } = await serve([textRoute("/api/v1/s", "", { handler })]);
  assert.equal(statusOf(await rawRequest(port, get("/api/v1/s").replace("GET", "HEAD"))), 200);
  await ended;
});
