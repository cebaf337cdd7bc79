import { type Handler, Hono } from "hono";
import type { GatewayContext, GatewayEnv, GatewayHandler, Route } from "../contribution.ts";
import { refuseCaller } from "./access.ts";
import type { AdmittedContribution } from "./contribution_set.ts";
import { chosenAnswer, HandlerFailure } from "./handler_failure.ts";
import type { RequestOrigin } from "./origin.ts";
import type { Occupancy } from "./occupancy.ts";
import { answerOf, composePipeline, type RequiredSecurity } from "./pipeline.ts";
import { rememberPrepared, withPassedHeaders, withPreparedHeaders } from "./prepared_headers.ts";
import { problem } from "./problem.ts";
import { NO_INPUT, readInput } from "./route_input.ts";
import { adminPath, compareSpecificity, httpMethods } from "./route_rules.ts";
import { absence, type RuntimeStatus } from "./runtime_status.ts";

export type GatewayApp = Hono<GatewayEnv>;

/** Called with what a handler threw and the plugin it belongs to, where that is known. */
export type FailureListener = (failure: Error, plugin: string | undefined, context: GatewayContext) => void;

interface Row {
  readonly owner: AdmittedContribution;
  readonly route: Pick<Route, "method" | "path" | "schema" | "handler" | "access">;
}

export interface OpenAppOptions {
  readonly contributions: readonly AdmittedContribution[];
  readonly missing: readonly RequiredSecurity[];
  readonly onFailure: FailureListener;
  readonly status: () => RuntimeStatus;
}

/** The app of everything but admin: the pipeline in front of every path, then the routes, one by one from the table. */
export function composeOpenApp({ contributions, missing, onFailure, status }: OpenAppOptions): GatewayApp {
  const app = newApp(onFailure);
  const pipeline = composePipeline(contributions, missing);
  const passed = contributions.filter(({ kind }) => kind === "security" || kind === "middleware");
  // Without a pipeline nothing at all: a route that stands alone is answered without a promise.
  const before =
    pipeline.length === 0 ? [] : [enter(passed.map(({ occupancy }) => occupancy)), ...pipeline, rememberPrepared];
  if (before.length > 0) app.use("*", ...before);
  addRows(
    app,
    contributions.flatMap((owner) => owner.routes.map((route) => ({ owner, route }))),
  );
  const table = { app, middlewares: before.length };
  app.notFound((context) => withPreparedHeaders(context, notFound([table], status(), context)));
  return app;
}

/** The admin routes of the plugins. They stand behind the token, which the admin router asks for. */
export function addAdminRoutes(app: GatewayApp, contributions: readonly AdmittedContribution[]): void {
  const rows = contributions.flatMap((owner) =>
    owner.adminRoutes.map((route) => {
      return { owner, route: { ...route, path: adminPath(owner.plugin, route.path), access: "public" as const } };
    }),
  );
  addRows(app, rows);
}

/** An app whose failures are answered without leaking anything, wherever they come from. */
export function newApp(onFailure: FailureListener): GatewayApp {
  const app = new Hono<GatewayEnv>();
  app.onError((error, context) => {
    const failure = error instanceof HandlerFailure ? error : undefined;
    const chosen = chosenAnswer(failure?.cause);
    if (chosen === undefined) onFailure(error, failure?.plugin, context);
    const answer = chosen ?? problem(500, "The request failed inside the server; the log says more.");
    return withPassedHeaders(context, answer);
  });
  return app;
}

/** The way into the pipeline, past plugins that are occupied by the request from here on. */
function enter(rooms: readonly Occupancy[]): GatewayHandler {
  const visit = visitor(rooms);
  return (context, next) => {
    context.set("remoteAddress", originOf(context).remoteAddress);
    return visit(context, next);
  };
}

/** How the request came in; Hono carries it as the environment. */
export function originOf(context: GatewayContext): RequestOrigin {
  return context.env as RequestOrigin;
}

interface RouteTable {
  readonly app: GatewayApp;
  /** How many stand in front of every path. */
  readonly middlewares?: number;
}

/** @returns 405 where other methods would be answered, else 404, or 503 while plugins come and go */
export function notFound(tables: readonly RouteTable[], status: RuntimeStatus, context: GatewayContext): Response {
  const { path } = context.req;
  const allowed: string[] = httpMethods.filter((method) =>
    tables.some(({ app, middlewares = 0 }) => app.router.match(method, path)[0].length > middlewares),
  );
  if (allowed.length === 0) return absence(status);
  if (allowed.includes("GET")) allowed.push("HEAD");
  return problem(405, `This path does not answer ${context.req.method}.`, { headers: { allow: allowed.join(", ") } });
}

function addRows(app: GatewayApp, rows: readonly Row[]): void {
  const sorted = rows.toSorted((left, right) => compareSpecificity(left.route.path, right.route.path));
  for (const { owner, route } of sorted) {
    app.on(route.method, route.path, answerRoute(owner, route));
  }
}

function answerRoute({ plugin, signal, occupancy }: AdmittedContribution, route: Row["route"]): Handler<GatewayEnv> {
  const { access, schema, handler } = route;
  const visit = visitor([occupancy]);
  const answer = (context: GatewayContext): Response | Promise<Response> => {
    context.set("remoteAddress", originOf(context).remoteAddress);
    context.set("pluginSignal", signal);
    context.set("input", NO_INPUT);
    return schema === undefined ? handler(context) : answerChecked(schema, handler, context);
  };
  const answerCaller = (context: GatewayContext): Response | Promise<Response> => {
    const refusal = refuseCaller(access, context.get("principal"));
    if (refusal !== undefined) return complete(context, withPreparedHeaders(context, refusal));
    const response = answerOf(plugin, answer, context);
    if (response instanceof Promise) return response.then((later) => complete(context, later));
    return complete(context, response);
  };
  return (context) => visit(context, () => answerCaller(context));
}

async function answerChecked(
  schema: Route["schema"],
  handler: Route["handler"],
  context: GatewayContext,
): Promise<Response> {
  const input = await readInput(schema, context);
  if ("status" in input) return input;
  context.set("input", input);
  return handler(context);
}

function complete(context: GatewayContext, response: Response): Response {
  if (context.req.raw.method === "HEAD") discardBody(response);
  return response;
}

/** Nobody reads the body of an answer to HEAD: a stream must hear of it, or it would wait for its reader for ever. */
function discardBody({ body }: Response): void {
  if (body !== null && !body.locked) body.cancel().catch(() => undefined);
}

type Visit = <Answer extends Response | Promise<unknown>>(
  context: GatewayContext,
  go: () => Answer,
) => Answer | Promise<Awaited<Answer>>;

/** Counts the request as inside these runs until it has been answered, over a listener until the answer is sent. */
function visitor(rooms: readonly Occupancy[]): Visit {
  const leave = (): void => {
    for (const room of rooms) room.leave();
  };
  return (context, go) => {
    for (const room of rooms) room.enter();
    const { wire } = originOf(context);
    if (wire === undefined) return leaveAfter(go, leave);
    wire.onEnd(leave);
    return go();
  };
}

async function leaveAfter<Answer>(go: () => Answer, leave: () => void): Promise<Awaited<Answer>> {
  try {
    return await go();
  } finally {
    leave();
  }
}
