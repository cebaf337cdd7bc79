import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { HTTPException } from "hono/http-exception";
import type { GatewayHandler, Route } from "../../../runtime/contribution.ts";
import { contribution, LOCAL, testGateway, textRoute } from "./test_gateway.ts";

/** What a request gets from a route behind a middleware that sets a header and two cookies before `next()`. */
async function askBehind(handler: Route["handler"], method = "GET") {
  const { gateway, lines } = testGateway();
  const handle: GatewayHandler = async (context, next) => {
    context.header("x-trace", "1");
    context.header("set-cookie", "a=1", { append: true });
    context.header("set-cookie", "b=2", { append: true });
    await next();
  };
  gateway.admit(contribution("tracer", { kind: "middleware", handle }));
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { handler })] }));
  const response = await gateway.fetch(new Request("http://localhost/api/v1/a", { method }), LOCAL);
  return { response, lines, cookies: response.headers.getSetCookie(), trace: response.headers.get("x-trace") };
}

test("a Response that a route made itself carries what middleware set before next()", async () => {
  const { response, trace, cookies } = await askBehind(() => new Response("made", { status: 201, statusText: "Made" }));
  assert.deepEqual([response.status, response.statusText, await response.text()], [201, "Made", "made"]);
  assert.deepEqual([trace, cookies], ["1", ["a=1", "b=2"]]);
});

test("what the Response of a route says itself stays, and cookies of both sides are sent once", async () => {
  const handler = (): Response => {
    const response = new Response("", { headers: { "x-trace": "own", "set-cookie": "a=1" } });
    response.headers.append("set-cookie", "c=3");
    return response;
  };
  const { trace, cookies } = await askBehind(handler);
  assert.deepEqual([trace, cookies], ["own", ["a=1", "c=3", "b=2"]]);
});

test("an answer made by the context has its headers and cookies once", async () => {
  const { response, trace, cookies } = await askBehind((context) => context.json({ ok: true }));
  assert.deepEqual(await response.json(), { ok: true });
  assert.deepEqual([trace, cookies], ["1", ["a=1", "b=2"]]);
});

test("a Response that came from fetch() and cannot be changed carries them too", async (context) => {
  const server = createServer((_, answer) => void answer.setHeader("x-far", "yes").end("far"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  context.after(() => server.close());
  const { port } = server.address() as { port: number };
  const { response, trace } = await askBehind(() => fetch(`http://127.0.0.1:${port}/`));
  assert.deepEqual([response.headers.get("x-far"), trace, await response.text()], ["yes", "1", "far"]);
});

test("a Response without a body that a route keeps and gives again is not changed", async () => {
  const kept = new Response(null, { status: 204 });
  const { response, trace } = await askBehind(() => kept);
  assert.deepEqual([response.status, trace, kept.headers.has("x-trace")], [204, "1", false]);
});

test("an answer to HEAD carries them, and the stream of its body hears that nobody reads", async () => {
  let cancelled = 0;
  const body = new ReadableStream({ cancel: () => void (cancelled += 1) });
  const { response, trace } = await askBehind(() => new Response(body), "HEAD");
  assert.deepEqual([response.status, trace, cancelled], [200, "1", 1]);
});

test("the answers to a failure and to an HTTPException carry them", async () => {
  const failed = await askBehind(() => {
    throw new Error("boom");
  });
  assert.deepEqual([failed.response.status, failed.trace, failed.lines.length], [500, "1", 1]);
  const chosen = await askBehind(() => {
    throw new HTTPException(409, { res: new Response("taken", { status: 409 }) });
  });
  assert.deepEqual([chosen.response.status, chosen.trace, await chosen.response.text()], [409, "1", "taken"]);
});

test("a pipeline plugin that answers itself carries what those before it have set", async () => {
  const { gateway } = testGateway();
  const first: GatewayHandler = (context, next) => {
    context.header("x-trace", "1");
    return next();
  };
  gateway.admit(contribution("first", { kind: "middleware", handle: first, order: 0 }));
  const second: GatewayHandler = async () => new Response("full", { status: 429 });
  gateway.admit(contribution("second", { kind: "middleware", handle: second, order: 1 }));
  const response = await gateway.fetch(new Request("http://localhost/api/v1/a"), LOCAL);
  assert.deepEqual([response.status, response.headers.get("x-trace")], [429, "1"]);
});

test("the answer to a failure after next() takes no header of the answer that is thrown away", async () => {
  const { gateway } = testGateway();
  const handle: GatewayHandler = async (context, next) => {
    context.header("x-trace", "1");
    await next();
    throw new Error("boom");
  };
  gateway.admit(contribution("m", { kind: "middleware", handle }));
  const handler = (): Response => new Response("zip", { headers: { "content-encoding": "gzip" } });
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { handler })] }));
  const response = await gateway.fetch(new Request("http://localhost/api/v1/a"), LOCAL);
  const { status, headers } = response;
  assert.deepEqual([status, headers.get("x-trace"), headers.get("content-encoding")], [500, "1", null]);
});

test("a failed route gives away no header of its own, neither behind a pipeline nor without one", async () => {
  const handler: Route["handler"] = (context) => {
    context.header("set-cookie", "sid=alice");
    context.header("x-own", "1");
    context.json({ a: 1 }, 200, { etag: '"1"', "cache-control": "public" });
    throw new Error("boom");
  };
  const { response, trace, cookies } = await askBehind(handler);
  const { status, headers } = response;
  assert.deepEqual([status, trace, cookies, headers.get("x-own")], [500, "1", [], null]);
  assert.deepEqual([headers.get("etag"), headers.get("cache-control")], [null, "no-store"]);
  const { gateway } = testGateway();
  const later: Route["handler"] = async (context) => handler(context);
  const routes = [textRoute("/api/v1/a", "", { handler }), textRoute("/api/v1/later", "", { handler: later })];
  gateway.admit(contribution("a", { routes }));
  for (const path of ["a", "later"]) {
    const alone = await gateway.fetch(new Request(`http://localhost/api/v1/${path}`), LOCAL);
    const own = ["set-cookie", "x-own", "etag"].map((name) => alone.headers.get(name));
    assert.deepEqual([alone.status, ...own], [500, null, null, null]);
  }
});

test("a middleware that fails after a compressed answer leaves nothing of it on the 500", async () => {
  const { gateway } = testGateway();
  const handle: GatewayHandler = async (context, next) => {
    context.header("x-trace", "1");
    context.header("set-cookie", "a=1");
    await next();
    throw new Error("boom");
  };
  gateway.admit(contribution("m", { kind: "middleware", handle }));
  const about = { "content-encoding": "gzip", "content-length": "3", etag: '"1"', "last-modified": "x", "x-own": "1" };
  const handler: Route["handler"] = (context) => context.body("zip", 200, about);
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { handler })] }));
  const { status, headers } = await gateway.fetch(new Request("http://localhost/api/v1/a"), LOCAL);
  assert.deepEqual(
    [status, headers.get("content-type"), headers.get("x-trace")],
    [500, "application/problem+json", "1"],
  );
  const left = [...Object.keys(about), "set-cookie"].filter((name) => headers.has(name));
  assert.deepEqual(left, []);
});

test("an answer made by the context and dropped says nothing about the one that is sent", async () => {
  const { response, trace } = await askBehind((context) => {
    context.header("content-security-policy", "default-src 'self'");
    context.json({ a: 1 }, 200, { "content-length": "7" });
    return new Response(null, { status: 204 });
  });
  const { status, headers } = response;
  assert.deepEqual([status, trace, headers.get("content-type"), headers.get("content-length")], [204, "1", null, null]);
  assert.equal(headers.get("content-security-policy"), "default-src 'self'");
});

test("an answer whose body was sent before is a failure of the route that gives it again", async () => {
  // Streams: Deno gives a text again and again.
  const stream = (text: string): ReadableStream => new Blob([text]).stream();
  const kept = new Response(stream("kept"));
  const exception = new HTTPException(409, { res: new Response(stream("taken"), { status: 409 }) });
  const throwing: Route["handler"] = () => {
    throw exception;
  };
  for (const handler of [(): Response => kept, async (): Promise<Response> => kept, throwing]) {
    const first = await askBehind(handler);
    if (first.response.status !== 500) await first.response.text();
    const { response, lines } = await askBehind(handler);
    assert.deepEqual([response.status, lines.map(({ fields }) => fields?.plugin)], [500, ["a"]]);
    assert.match(await response.text(), /failed inside the server/);
  }
});
