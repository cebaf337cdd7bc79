import assert from "node:assert/strict";
import { test } from "node:test";
import { HTTPException } from "hono/http-exception";
import * as v from "valibot";
import type { GatewayHandler, Principal, Route } from "../../../runtime/contribution.ts";
import type { Gateway } from "../../../runtime/gateway/gateway.ts";
import type { RequiredSecurity } from "../../../runtime/gateway/pipeline.ts";
import { AUTHORIZED, contribution, LOCAL, notingHandler, testGateway, textRoute } from "./test_gateway.ts";

async function ask(gateway: Gateway, path: string, init?: RequestInit): Promise<Response> {
  return await gateway.fetch(new Request(`http://localhost${path}`, init), LOCAL);
}

async function problemOf(response: Response) {
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const body = (await response.json()) as { status: number; detail: string; title: string; issues?: unknown[] };
  assert.equal(body.status, response.status);
  return body;
}

const pass: GatewayHandler = (_context, next) => next();
const signedIn =
  (principal: Principal): GatewayHandler =>
  async (context, next) => {
    context.set("principal", principal);
    await next();
  };

test("a contributed route answers, also HEAD, and is gone when withdrawn", async () => {
  const { gateway } = testGateway();
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a/:id", "hello")] }));
  assert.equal(await (await ask(gateway, "/api/v1/a/1")).text(), "hello");
  const head = await ask(gateway, "/api/v1/a/1", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  assert.equal(gateway.withdraw("a"), undefined);
  assert.equal((await problemOf(await ask(gateway, "/api/v1/a/1"))).status, 404);
});

test("another method of a known path is 405 and names those there are", async () => {
  const { gateway } = testGateway();
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a"), textRoute("/api/v1/a", "", { method: "PUT" })] }));
  const response = await ask(gateway, "/api/v1/a", { method: "DELETE" });
  assert.equal((await problemOf(response)).status, 405);
  assert.equal(response.headers.get("allow"), "GET, PUT, HEAD");
});

test("the more exact route answers, whichever plugin came first", async () => {
  const { gateway } = testGateway();
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/*"), textRoute("/api/v1/x/:id")] }));
  gateway.admit(contribution("b", { routes: [textRoute("/api/v1/x/me")] }));
  for (const [path, route] of [
    ["/api/v1/x/me", "/api/v1/x/me"],
    ["/api/v1/x/1", "/api/v1/x/:id"],
    ["/api/v1/x/1/2", "/api/v1/*"],
  ]) {
    assert.equal(await (await ask(gateway, path ?? "")).text(), route);
  }
});

test("a route whose pattern covers admin paths never sees them", async () => {
  const { gateway } = testGateway();
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/*"), textRoute("/api/v1/:x/:y")] }));
  assert.equal((await ask(gateway, "/api/v1/admin/secrets")).status, 401);
  assert.equal((await ask(gateway, "/api/v1/admin")).status, 401);
  assert.equal((await ask(gateway, "/api/v1/other/secrets")).status, 200);
});

test("the pipeline runs all guards, then all handles: security first, then by priority, then in manifest order", async () => {
  const { gateway } = testGateway();
  const notes: string[] = [];
  const add = (plugin: string, kind: "security" | "middleware", priority: number, order: number): void =>
    gateway.admit(
      contribution(plugin, {
        kind,
        priority,
        order,
        guard: notingHandler(`guard ${plugin}`, notes),
        handle: notingHandler(`handle ${plugin}`, notes),
      }),
    );
  add("m_early", "middleware", 1, 0);
  add("s_late", "security", 90, 1);
  add("m_second", "middleware", 1, 3);
  add("s_early", "security", 20, 2);
  gateway.admit(contribution("z", { routes: [textRoute("/api/v1/z")] }));
  await ask(gateway, "/api/v1/z");
  const order = ["s_early", "s_late", "m_early", "m_second"];
  assert.deepEqual(notes, [...order.map((name) => `guard ${name}`), ...order.map((name) => `handle ${name}`)]);
});

test("the pipeline also stands in front of what is not there, and not in front of admin", async () => {
  const { gateway } = testGateway();
  const notes: string[] = [];
  gateway.admit(contribution("s", { kind: "security", handle: notingHandler("s", notes) }));
  assert.equal((await ask(gateway, "/api/v1/nothing")).status, 404);
  assert.equal((await ask(gateway, "/api/v1/admin/health/live")).status, 200);
  assert.deepEqual(notes, ["s"]);
});

for (const [what, status] of [
  ["starts", { startupSettled: false, stopping: false, ready: false }],
  ["stops", { startupSettled: true, stopping: true, ready: false }],
] as const) {
  test(`while the runtime ${what}, what is not there is answered with 503, what is there as ever`, async () => {
    const { gateway } = testGateway({ status: () => status });
    gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a")] }));
    assert.equal((await problemOf(await ask(gateway, "/api/v1/nothing"))).status, 503);
    assert.equal((await ask(gateway, "/api/v1/admin/nothing", { headers: AUTHORIZED })).status, 503);
    assert.equal((await ask(gateway, "/api/v1/a")).status, 200);
    assert.equal((await ask(gateway, "/api/v1/a", { method: "POST" })).status, 405);
  });
}

test("what the pipeline sets before next() stands on the gateway's own answers too", async () => {
  const { gateway } = testGateway();
  const handle: GatewayHandler = (context, next) => {
    context.header("x-seen", "yes");
    return next();
  };
  gateway.admit(contribution("tracer", { kind: "middleware", handle }));
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "a", { access: "authenticated" })] }));
  const body = v.strictObject({});
  gateway.admit(contribution("b", { routes: [textRoute("/api/v1/b", "b", { method: "POST", schema: { body } })] }));
  const rows: unknown[] = [];
  for (const [method, path] of [
    ["GET", "/api/v1/nothing"],
    ["POST", "/api/v1/a"],
    ["GET", "/api/v1/a"],
    ["POST", "/api/v1/b"],
  ] as const) {
    const { status, headers } = await ask(gateway, path, { method });
    rows.push([status, headers.get("x-seen"), headers.get("content-type"), headers.get("allow")]);
  }
  const type = "application/problem+json";
  assert.deepEqual(rows, [
    [404, "yes", type, null],
    [405, "yes", type, "GET, HEAD"],
    [401, "yes", type, null],
    [415, "yes", type, null],
  ]);
});

test("handle() of a plugin that is neither security nor middleware is not part of the pipeline", async () => {
  const { gateway } = testGateway();
  const notes: string[] = [];
  gateway.admit(contribution("b", { handle: notingHandler("b", notes), routes: [textRoute("/api/v1/b")] }));
  await ask(gateway, "/api/v1/b");
  assert.deepEqual(notes, []);
});

test("from the first moment 503 stands in place of a security plugin that does not run", async () => {
  let missing: RequiredSecurity[] = [{ plugin: "s", reason: "not loaded", priority: 20, order: 0 }];
  const { gateway, events } = testGateway({ requiredSecurity: () => missing });
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a")] }));
  for (const path of ["/api/v1/a", "/api/v1/nothing", "/.well-known/x"]) {
    const response = await ask(gateway, path);
    assert.match((await problemOf(response)).detail, /"s" is not running \(not loaded\)/);
    assert.equal(response.status, 503);
  }
  assert.equal((await ask(gateway, "/api/v1/admin/health/live")).status, 200);
  assert.deepEqual(
    events.map((event) => event.type === "gateway_composed" && event.missing),
    [["s"]],
  );
  missing = [];
  gateway.admit(contribution("s", { kind: "security", handle: pass }));
  assert.equal((await ask(gateway, "/api/v1/a")).status, 200);
  missing = [{ plugin: "s", reason: "error", priority: 20, order: 0 }];
  gateway.markStale();
  assert.equal((await ask(gateway, "/api/v1/a")).status, 503);
});

test("the 503 stands at the missing plugin's place: earlier guards still run, later ones do not", async () => {
  const missing = [{ plugin: "s", reason: "error", priority: 20, order: 1 }];
  const { gateway } = testGateway({ requiredSecurity: () => missing });
  const notes: string[] = [];
  const guard = (name: string, priority: number): void =>
    gateway.admit(contribution(name, { kind: "security", priority, guard: notingHandler(name, notes), handle: pass }));
  guard("before", 10);
  guard("after", 30);
  assert.equal((await ask(gateway, "/api/v1/a")).status, 503);
  assert.deepEqual(notes, ["before"]);
});

test("access is enforced after the pipeline, without the route's doing", async () => {
  const { gateway } = testGateway();
  const routes: Route[] = (["public", "authenticated", "logs:read"] as const).map((access) =>
    textRoute(`/api/v1/${access.replace(":", "_")}`, access, { access }),
  );
  gateway.admit(contribution("a", { routes }));
  const statuses = async (): Promise<number[]> =>
    Promise.all(routes.map(async ({ path }) => (await ask(gateway, path)).status));
  assert.deepEqual(await statuses(), [200, 401, 401]);
  gateway.admit(contribution("s", { kind: "security", handle: signedIn({ subject: "me", permissions: [] }) }));
  assert.deepEqual(await statuses(), [200, 200, 403]);
  gateway.admit(
    contribution("s", { kind: "security", handle: signedIn({ subject: "me", permissions: ["logs:read"] }) }),
  );
  assert.deepEqual(await statuses(), [200, 200, 200]);
});

test("a 401 challenges the caller", async () => {
  const { gateway } = testGateway();
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { access: "authenticated" })] }));
  assert.equal((await ask(gateway, "/api/v1/a")).headers.get("www-authenticate"), "Bearer");
});

test("a permission that is a part of another one is not enough", async () => {
  const { gateway } = testGateway();
  const principal = { subject: "me", permissions: "logs:read_all" as never };
  gateway.admit(contribution("s", { kind: "security", handle: signedIn(principal) }));
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { access: "logs:read" })] }));
  assert.equal((await ask(gateway, "/api/v1/a")).status, 403);
});

const failing = new Error("the database password is hunter2");
const failures: Record<string, GatewayHandler> = {
  throws: () => {
    throw failing;
  },
  rejects: () => Promise.reject(failing),
  "throws something that is no Error": () => {
    throw "hunter2";
  },
  "throws after next()": async (_context, next) => {
    await next();
    throw failing;
  },
  "neither answers nor calls next()": async () => undefined,
  "answers an impossible status": async () => Response.error(),
  "answers no Response": async () => ({ secret: "hunter2" }) as never,
};
for (const [name, handle] of Object.entries(failures)) {
  test(`a pipeline handler that ${name} is a 500 that leaks nothing and is logged with its plugin`, async () => {
    const { gateway, lines } = testGateway();
    gateway.admit(contribution("s", { kind: "security", handle }));
    gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "the data")] }));
    const response = await ask(gateway, "/api/v1/a");
    const text = await response.clone().text();
    assert.equal((await problemOf(response)).status, 500);
    assert.ok(!text.includes("hunter2") && !text.includes("the data"), text);
    assert.deepEqual(
      lines.map(({ level, fields }) => [level, fields?.["plugin"]]),
      [["error", "s"]],
    );
  });
}

test("a route that fails is a 500 logged with its plugin, and other routes live on", async () => {
  const { gateway, lines } = testGateway();
  const handler = (): Response => {
    throw failing;
  };
  const nothing = (() => undefined) as never;
  gateway.admit(
    contribution("bad", {
      routes: [textRoute("/api/v1/bad", "", { handler }), textRoute("/api/v1/none", "", { handler: nothing })],
    }),
  );
  gateway.admit(contribution("good", { routes: [textRoute("/api/v1/good")] }));
  assert.equal((await problemOf(await ask(gateway, "/api/v1/bad"))).status, 500);
  assert.equal((await problemOf(await ask(gateway, "/api/v1/none"))).status, 500);
  assert.equal((await ask(gateway, "/api/v1/good")).status, 200);
  assert.deepEqual(
    lines.map(({ fields }) => fields?.["plugin"]),
    ["bad", "bad"],
  );
});

test("an HTTPException is the answer its author chose", async () => {
  const { gateway, lines } = testGateway();
  const handler = (): Response => {
    throw new HTTPException(409, { message: "There is one already." });
  };
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { handler })] }));
  const body = await problemOf(await ask(gateway, "/api/v1/a"));
  assert.deepEqual([body.status, body.detail, lines.length], [409, "There is one already.", 0]);
});

const schema = {
  query: v.strictObject({
    limit: v.pipe(v.string(), v.transform(Number), v.integer()),
    tag: v.optional(v.array(v.string())),
  }),
  body: v.strictObject({ name: v.string() }),
};

function gatewayWithSchema(): Gateway {
  const { gateway } = testGateway();
  const handler: Route["handler"] = (context) => context.json(context.get("input"));
  gateway.admit(
    contribution("a", { routes: [{ method: "POST", path: "/api/v1/a", access: "public", schema, handler }] }),
  );
  return gateway;
}

const post = (body: string, type = "application/json"): RequestInit => ({
  method: "POST",
  body,
  headers: { "content-type": type },
});

test("a schema's result is what the handler reads as input", async () => {
  const response = await ask(gatewayWithSchema(), "/api/v1/a?limit=5&tag=x&tag=y", post('{"name":"n"}'));
  assert.deepEqual(await response.json(), { query: { limit: 5, tag: ["x", "y"] }, body: { name: "n" } });
});

test("input that does not match is a 400 with all issues and their places", async () => {
  const body = await problemOf(await ask(gatewayWithSchema(), "/api/v1/a?limit=x", post('{"name":1}')));
  assert.equal(body.status, 400);
  const places = (body.issues as { in: string; path: unknown[] }[]).map((issue) => [issue.in, issue.path]);
  assert.deepEqual(places, [
    ["query", ["limit"]],
    ["body", ["name"]],
  ]);
});

test("a body that is not JSON is a 400, one of another media type a 415", async () => {
  assert.equal((await ask(gatewayWithSchema(), "/api/v1/a?limit=1", post("{"))).status, 400);
  assert.equal((await ask(gatewayWithSchema(), "/api/v1/a?limit=1", post("name=n", "text/plain"))).status, 415);
});

test("a schema that throws is the plugin's failure", async () => {
  const { gateway, lines } = testGateway();
  const broken = v.pipe(
    v.unknown(),
    v.check(() => assert.fail("broken")),
  );
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { schema: { query: broken } })] }));
  assert.equal((await ask(gateway, "/api/v1/a")).status, 500);
  assert.equal(lines[0]?.fields?.["plugin"], "a");
});

test("a route sees the peer's address and its plugin's signal", async () => {
  const { gateway } = testGateway();
  const { signal } = new AbortController();
  const handler: Route["handler"] = (context) =>
    context.json([context.get("remoteAddress"), context.get("pluginSignal") === signal]);
  gateway.admit(contribution("a", { signal, routes: [textRoute("/api/v1/a", "", { handler })] }));
  assert.deepEqual(await (await ask(gateway, "/api/v1/a")).json(), ["127.0.0.1", true]);
});

test("withdraw() waits for the requests inside the plugin, which finish on the old app", async () => {
  const { gateway } = testGateway();
  let finish: (response: Response) => void = () => assert.fail("not asked");
  const handler = (): Promise<Response> => new Promise((resolve) => (finish = resolve));
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { handler })] }));
  gateway.admit(contribution("b", { routes: [textRoute("/api/v1/b")] }));
  const inside = ask(gateway, "/api/v1/a");
  await new Promise((resolve) => setImmediate(resolve));
  const emptied = gateway.withdraw("a");
  assert.equal(emptied?.count, 1);
  assert.equal((await ask(gateway, "/api/v1/a")).status, 404);
  assert.equal((await ask(gateway, "/api/v1/b")).status, 200);
  finish(new Response("done"));
  await emptied.ended;
  assert.equal(await (await inside).text(), "done");
});

test("withdraw() of a pipeline plugin waits for every request that passes it", async () => {
  const { gateway } = testGateway();
  let finish: (response: Response) => void = () => assert.fail("not asked");
  const handler = (): Promise<Response> => new Promise((resolve) => (finish = resolve));
  gateway.admit(contribution("m", { kind: "middleware", handle: pass }));
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { handler })] }));
  const inside = ask(gateway, "/api/v1/a");
  await new Promise((resolve) => setImmediate(resolve));
  const emptied = gateway.withdraw("m");
  assert.equal(emptied?.count, 1);
  finish(new Response());
  await Promise.all([emptied.ended, inside]);
});

test("the app is composed once per change, at the next request", async () => {
  const { gateway, events } = testGateway();
  for (const name of ["a", "b", "c"]) gateway.admit(contribution(name, { routes: [textRoute(`/api/v1/${name}`)] }));
  assert.equal(events.length, 0);
  await ask(gateway, "/api/v1/a");
  await ask(gateway, "/api/v1/b");
  assert.deepEqual(
    events.map((event) => event.type === "gateway_composed" && event.routes),
    [3],
  );
});

test("check() and admit() refuse a clash and leave the app as it is", async () => {
  const { gateway } = testGateway();
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "first")] }));
  const late = contribution("b", { routes: [textRoute("/api/v1/a", "second")] });
  assert.throws(() => gateway.check(late), { code: "GATEWAY_ROUTE_CLASH" });
  assert.throws(() => gateway.admit(late), { code: "GATEWAY_ROUTE_CLASH" });
  assert.equal(await (await ask(gateway, "/api/v1/a")).text(), "first");
});

test("an answer to a request that came over no listener carries the security headers too", async () => {
  const { gateway } = testGateway();
  const handler = (): Response =>
    new Response("page", { headers: { "content-security-policy": "default-src 'self'" } });
  gateway.admit(contribution("a", { routes: [textRoute("/api/v1/a", "", { handler })] }));
  const { headers } = await ask(gateway, "/api/v1/a");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("content-security-policy"), "default-src 'self'");
});
