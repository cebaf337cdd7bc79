import type { AdminRoute, HttpMethod, Route } from "../contribution.ts";
import { BackplaneError } from "../errors.ts";
import type { PluginKind } from "../plugin.ts";

export const API_PREFIX = "/api/v1";
export const ADMIN_PREFIX = "/api/v1/admin";
const WELL_KNOWN_PREFIX = "/.well-known";

export const httpMethods: readonly HttpMethod[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const LITERAL = /^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/;
const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*$/;
const PERMISSION = /^[a-z0-9_.-]+:[a-z0-9_.*-]+$/i;

/** The parts of a contribution that the rules look at. */
interface Candidate {
  readonly plugin: string;
  readonly kind: PluginKind | undefined;
  readonly handle: unknown;
  readonly routes: readonly Route[];
  readonly adminRoutes: readonly AdminRoute[];
}

/** The full path of a plugin's admin route. */
export function adminPath(plugin: string, path: string): string {
  return `${ADMIN_PREFIX}/plugins/${plugin}${path === "/" ? "" : path}`;
}

/** The same for two routes that would answer the same requests: parameters count by place, not by name. */
export function routeKey(method: string, path: string): string {
  return `${method} ${path.replace(/\/:[^/]+/g, "/:")}`;
}

/** Literals before parameters before the wildcard, so that the more exact route is asked first, whoever started first. */
export function compareSpecificity(left: string, right: string): number {
  const [leftRank, rightRank] = [specificityOf(left), specificityOf(right)];
  return leftRank < rightRank ? -1 : leftRank > rightRank ? 1 : 0;
}

/** A digit for each segment, smaller for the more exact. */
function specificityOf(path: string): string {
  const ranks = path.split("/").map((segment) => (segment.startsWith(":") ? 1 : segment === "*" ? 2 : 0));
  return ranks.join("");
}

/** @throws GATEWAY_ROUTE_INVALID, naming the plugin and the row; plugins may be JavaScript, so types are checked too */
export function checkContribution(candidate: Candidate): void {
  const { plugin, kind, handle, routes, adminRoutes } = candidate;
  if (kind === "security" && typeof handle !== "function") {
    throw invalid(
      plugin,
      "pipeline",
      "a security plugin must have a handle() method",
      "Implement handle(context, next).",
    );
  }
  for (const [name, rows] of Object.entries({ routes, adminRoutes })) {
    if (!Array.isArray(rows))
      throw invalid(plugin, name, `${name}() did not answer a list`, "Answer an array of rows.");
  }
  for (const [index, route] of routes.entries()) {
    const reason = refuseRow(route) ?? refusePath(route.path, kind) ?? refuseAccess(route.access);
    if (reason !== undefined) throw invalidRow(plugin, `routes()[${index}]`, route, reason);
  }
  for (const [index, route] of adminRoutes.entries()) {
    const reason = refuseRow(route) ?? (route.path === "/" ? undefined : refuseSegments(route.path));
    if (reason !== undefined) throw invalidRow(plugin, `adminRoutes()[${index}]`, route, reason);
  }
}

function refuseRow(row: AdminRoute): string | undefined {
  if (typeof row !== "object" || row === null) return "it is not an object";
  if (!httpMethods.includes(row.method)) return `its method is not one of ${httpMethods.join(", ")}`;
  if (typeof row.path !== "string") return "its path is not a string";
  if (typeof row.handler !== "function") return "its handler is not a function";
  for (const part of [row.schema?.query, row.schema?.body]) {
    if (part !== undefined && typeof part?.["~standard"]?.validate !== "function")
      return "a schema is not a Standard Schema";
  }
  if (row.method === "GET" && row.schema?.body !== undefined) return "a GET has no body to check";
  return undefined;
}

function refusePath(path: string, kind: PluginKind | undefined): string | undefined {
  if (path === ADMIN_PREFIX || path.startsWith(`${ADMIN_PREFIX}/`)) {
    return `${ADMIN_PREFIX} belongs to the admin router; contribute it by adminRoutes()`;
  }
  if (path.startsWith(`${WELL_KNOWN_PREFIX}/`)) {
    if (kind !== "security") return `only a security plugin may answer under ${WELL_KNOWN_PREFIX}`;
    return refuseSegments(path.slice(WELL_KNOWN_PREFIX.length));
  }
  if (!path.startsWith(`${API_PREFIX}/`)) return `its path is not under ${API_PREFIX}`;
  return refuseSegments(path.slice(API_PREFIX.length));
}

/** Literal segments, `:name`, and one `*` at the end. */
function refuseSegments(path: string): string | undefined {
  if (!path.startsWith("/")) return "its path does not begin with a slash";
  const segments = path.slice(1).split("/");
  const names = segments.filter((segment) => PARAMETER.test(segment));
  if (new Set(names).size < names.length) return "a parameter is there twice";
  const odd = segments.find((segment, index) => {
    if (segment === "*") return index !== segments.length - 1;
    return !LITERAL.test(segment) && !PARAMETER.test(segment);
  });
  if (odd === undefined) return undefined;
  return odd === ""
    ? "a segment of its path is empty"
    : `"${odd}" is not a segment: use letters, digits and ._~-, :name, or a last *`;
}

function refuseAccess(access: unknown): string | undefined {
  if (access === "public" || access === "authenticated") return undefined;
  if (typeof access === "string" && PERMISSION.test(access)) return undefined;
  return 'its access is not "public", "authenticated" or a permission "resource:action"';
}

function invalidRow(plugin: string, place: string, row: Partial<Route> | null, reason: string): BackplaneError {
  const isNamed = typeof row?.method === "string" && typeof row.path === "string";
  const name = isNamed ? `route ${row.method} ${row.path}` : place;
  return invalid(plugin, name, reason, `Correct ${place} of the plugin.`);
}

function invalid(plugin: string, what: string, reason: string, remedy: string): BackplaneError {
  return new BackplaneError("GATEWAY_ROUTE_INVALID", `Cannot add ${what} of plugin "${plugin}": ${reason}.`, {
    remedy,
    details: { plugin },
  });
}
