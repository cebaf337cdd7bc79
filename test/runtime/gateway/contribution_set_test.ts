import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AdminRoute, Route } from "../../../runtime/contribution.ts";
import { BackplaneError } from "../../../runtime/errors.ts";
import { ContributionSet } from "../../../runtime/gateway/contribution_set.ts";
import type { PluginContribution } from "../../../runtime/plugin_contribution.ts";
import { routeKey } from "../../../runtime/gateway/route_rules.ts";
import { contribution, textRoute } from "./test_gateway.ts";

function codeOf(set: ContributionSet, candidate: PluginContribution): string | undefined {
  try {
    set.check(candidate);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof BackplaneError);
    assert.ok(error.message.includes(`"${candidate.plugin}"`), error.message);
    return error.code;
  }
}

const handler: AdminRoute["handler"] = (context) => context.text("");

function verdict(route: unknown, kind: PluginContribution["kind"] = "business"): string | undefined {
  return codeOf(
    new ContributionSet(),
    contribution("a", { kind, handle: async () => undefined, routes: [route as Route] }),
  );
}

for (const path of [
  "/api/v1/a",
  "/api/v1/a/:id",
  "/api/v1/a/:id/b.c~d_e-f",
  "/api/v1/a/*",
  "/api/v1/:any",
  "/api/v1/administrators",
]) {
  test(`check() takes the path ${path}`, () => assert.equal(verdict(textRoute(path)), undefined));
}

const badPaths = [
  "",
  "/",
  "/a",
  "a",
  "/api/v1",
  "/api/v1/",
  "/api/v2/a",
  "/api/v1x/a",
  "/api/v1/admin",
  "/api/v1/admin/x",
  "/api/v1/a/",
  "/api/v1//a",
  "/api/v1/a/../b",
  "/api/v1/a/.",
  "/api/v1/*/a",
  "/api/v1/a*",
  "/api/v1/:",
  "/api/v1/:id?",
  "/api/v1/:id{[0-9]+}",
  "/api/v1/:id/:id",
  "/api/v1/a b",
  "/api/v1/%61",
  "/api/v1/a?b",
  "/.well-known/",
];
for (const path of badPaths) {
  test(`check() refuses the path ${JSON.stringify(path)}`, () => {
    assert.equal(verdict(textRoute(path)), "GATEWAY_ROUTE_INVALID");
  });
}

test("check() /.well-known is for security plugins", () => {
  const route = textRoute("/.well-known/jwks.json");
  assert.equal(verdict(route, "security"), undefined);
  for (const kind of ["infrastructure", "middleware", "business", undefined] as const) {
    assert.equal(verdict(route, kind), "GATEWAY_ROUTE_INVALID");
  }
});

const good = textRoute("/api/v1/a");
const badRows: Record<string, unknown> = {
  "no object": null,
  "an unknown method": { ...good, method: "TRACE" },
  "a method in lower case": { ...good, method: "get" },
  "no path": { ...good, path: undefined },
  "no handler": { ...good, handler: undefined },
  "no access": { ...good, access: undefined },
  "an unknown access": { ...good, access: "everyone" },
  "half a permission": { ...good, access: "logs:" },
  "a schema of another kind": { ...good, schema: { query: { type: "object" } } },
  "a GET with a body": { ...good, schema: { body: { "~standard": { validate: () => ({ value: 1 }) } } } },
};
for (const [name, row] of Object.entries(badRows)) {
  test(`check() refuses a row with ${name}`, () => assert.equal(verdict(row), "GATEWAY_ROUTE_INVALID"));
}

test("check() says which row is none, where it has no path to be named by", () => {
  const routes = [textRoute("/api/v1/a"), null] as readonly Route[];
  assert.throws(() => new ContributionSet().check(contribution("a", { routes })), {
    message: 'Cannot add routes()[1] of plugin "a": it is not an object.',
    remedy: "Correct routes()[1] of the plugin.",
  });
});

test("check() refuses routes that are not a list", () => {
  const set = new ContributionSet();
  assert.equal(codeOf(set, contribution("a", { routes: {} as never })), "GATEWAY_ROUTE_INVALID");
  assert.equal(codeOf(set, contribution("a", { adminRoutes: undefined as never })), "GATEWAY_ROUTE_INVALID");
});

test("check() refuses a security plugin without handle(): it would let everything pass", () => {
  assert.equal(codeOf(new ContributionSet(), contribution("a", { kind: "security" })), "GATEWAY_ROUTE_INVALID");
});

test("check() an admin route is relative and keeps away from the plugin's health", () => {
  const admin = (path: string): PluginContribution =>
    contribution("a", { adminRoutes: [{ method: "GET", path, handler }] });
  const set = new ContributionSet();
  assert.equal(codeOf(set, admin("/")), undefined);
  assert.equal(codeOf(set, admin("/logs/:id")), undefined);
  assert.equal(codeOf(set, admin("logs")), "GATEWAY_ROUTE_INVALID");
  assert.equal(codeOf(set, admin("/../b/logs")), "GATEWAY_ROUTE_INVALID");
  assert.equal(codeOf(set, admin("/health")), "GATEWAY_ROUTE_CLASH");
});

test("check() refuses a method and path that another plugin has, and names it", () => {
  const set = new ContributionSet();
  set.add(contribution("a", { routes: [textRoute("/api/v1/x/:id")] }));
  const candidate = contribution("b", { routes: [textRoute("/api/v1/x/:name")] });
  assert.throws(() => set.check(candidate), { code: "GATEWAY_ROUTE_CLASH", message: /plugin "a" has it already/ });
  assert.equal(
    codeOf(set, contribution("b", { routes: [textRoute("/api/v1/x/:id", "", { method: "PUT" })] })),
    undefined,
  );
});

test("check() refuses the same row twice in one plugin", () => {
  const routes = [textRoute("/api/v1/x/:id"), textRoute("/api/v1/x/:other")];
  assert.equal(codeOf(new ContributionSet(), contribution("a", { routes })), "GATEWAY_ROUTE_CLASH");
});

test("add() changes nothing when it throws", () => {
  const set = new ContributionSet();
  set.add(contribution("a", { routes: [textRoute("/api/v1/x")] }));
  assert.throws(() => set.add(contribution("b", { routes: [textRoute("/api/v1/y"), textRoute("/api/v1/x")] })));
  assert.deepEqual(
    set.values().map(({ plugin }) => plugin),
    ["a"],
  );
  assert.equal(codeOf(set, contribution("c", { routes: [textRoute("/api/v1/y")] })), undefined);
});

test("remove() frees the routes", () => {
  const set = new ContributionSet();
  set.add(contribution("a", { routes: [textRoute("/api/v1/x")] }));
  assert.equal(set.remove("a")?.plugin, "a");
  assert.equal(set.remove("a"), undefined);
  assert.equal(codeOf(set, contribution("b", { routes: [textRoute("/api/v1/x")] })), undefined);
});

test("after any adds and removes no two admitted rows have one key, and add() refuses exactly the clashing ones", () => {
  const segment = fc.constantFrom("a", "b", ":x", ":y");
  const row = fc.record({
    method: fc.constantFrom("GET", "POST"),
    path: fc.array(segment, { minLength: 1, maxLength: 2 }).map((parts) => `/api/v1/r/${parts.join("/s/")}`),
  });
  const step = fc.record({
    plugin: fc.constantFrom("p", "q", "r"),
    rows: fc.array(row, { maxLength: 3 }),
    remove: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const set = new ContributionSet();
      const model = new Map<string, string[]>();
      for (const { plugin, rows, remove } of steps) {
        if (remove) {
          set.remove(plugin);
          model.delete(plugin);
          continue;
        }
        const routes = rows.map(({ method, path }) => textRoute(path, path, { method }));
        fc.pre(routes.every(({ path }) => !/:(.).*:\1/.test(path)));
        const keys = routes.map(({ method, path }) => routeKey(method, path));
        const taken = [...model].filter(([name]) => name !== plugin).flatMap(([, held]) => held);
        const clashes = new Set(keys).size < keys.length || keys.some((key) => taken.includes(key));
        const code = codeOf(set, contribution(plugin, { routes }));
        assert.equal(code, clashes ? "GATEWAY_ROUTE_CLASH" : undefined);
        if (clashes) continue;
        set.add(contribution(plugin, { routes }));
        model.set(plugin, keys);
      }
      const admitted = set.values().flatMap(({ routes }) => routes.map(({ method, path }) => routeKey(method, path)));
      assert.equal(new Set(admitted).size, admitted.length);
    }),
  );
});
