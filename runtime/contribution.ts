import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Context, MiddlewareHandler } from "hono";

/** The methods a route may have; HEAD follows from GET, and any other is answered 405. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who may call a route: anyone, anyone known, or who holds the permission `resource:action`. */
export type RouteAccess = "public" | "authenticated" | `${string}:${string}`;

/** Whom a request comes from; a security plugin sets it with `context.set("principal", ...)`. */
export interface Principal {
  readonly subject: string;
  /** `resource:action`, as routes name them. */
  readonly permissions: readonly string[];
}

/** The variables that Backplane's requests carry, readable with `context.get(name)`. */
export interface GatewayVariables {
  /** The peer's address, or undefined where the host did not say; an unknown peer counts as non-loopback. */
  remoteAddress: string | undefined;
  principal: Principal | undefined;
  /** What the route's schema made of the query and the body; undefined where the route has none. */
  input: { readonly query: unknown; readonly body: unknown };
  /** Aborts when the plugin that owns the route stops: end streams on it. */
  pluginSignal: AbortSignal;
}

/** The types of Backplane's variables, as Hono wants them. */
export interface GatewayEnv {
  Variables: GatewayVariables;
}

/** Hono's context of one request, with Backplane's variables. */
export type GatewayContext = Context<GatewayEnv>;
/** A Hono middleware in the pipeline: it answers, or awaits `next()`. */
export type GatewayHandler = MiddlewareHandler<GatewayEnv>;

/** A row of the one table of routes, read by the composer, by authorisation and by the OpenAPI document. */
export interface Route {
  readonly method: HttpMethod;
  /** Under `/api/v1` (not `/api/v1/admin`); for an admin route relative to `/api/v1/admin/plugins/<name>`. */
  readonly path: string;
  readonly access: RouteAccess;
  /** Checked before the handler; a mismatch answers 400 with the issues. Read the result as `context.get("input")`. */
  readonly schema?: { readonly query?: StandardSchemaV1; readonly body?: StandardSchemaV1 };
  readonly handler: (context: GatewayContext) => Response | Promise<Response>;
}

/** An admin route always needs the admin token, so it has no access of its own. */
export type AdminRoute = Omit<Route, "access">;
