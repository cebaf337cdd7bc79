import type { Principal, RouteAccess } from "../contribution.ts";
import { problem } from "./problem.ts";

/**
 * The access rule of a route, after all handles have run: no plugin has to remember it.
 * @returns 401 without a principal, 403 without the permission, undefined when the caller may pass
 */
export function refuseCaller(access: RouteAccess, principal: Principal | undefined): Response | undefined {
  if (access === "public") return undefined;
  if (principal === undefined || principal === null) {
    return problem(401, "This route needs an authenticated caller.", { headers: { "www-authenticate": "Bearer" } });
  }
  if (access === "authenticated") return undefined;
  if (Array.isArray(principal.permissions) && principal.permissions.includes(access)) return undefined;
  return problem(403, `This route needs the permission "${access}".`);
}
