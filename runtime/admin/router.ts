import type { GatewayHandler } from "../contribution.ts";
import { addAdminRoutes, type GatewayApp, newApp, notFound } from "../gateway/compose.ts";
import { problem } from "../gateway/problem.ts";
import type { AdminOptions } from "./admin_options.ts";
import { addHealthRoutes } from "./health.ts";
import { addPluginRoutes, explainAbsence } from "./plugins.ts";
import { isAuthorized } from "./token.ts";

/**
 * Everything under `/api/v1/admin`: the health routes, which decide for themselves what they show to whom; then,
 * behind the token, the runtime's own routes; last those of the plugins, which therefore shadow nothing.
 */
export function composeAdminApp(options: AdminOptions): GatewayApp {
  // An app of its own, so that no middleware stands on the way of a probe: it is answered without a promise.
  const probes = newApp(options.onFailure);
  addHealthRoutes(probes, options);
  const guarded = newApp(options.onFailure);
  guarded.use("*", requireToken(options.adminToken));
  addPluginRoutes(guarded, options.health);
  addAdminRoutes(guarded, options.contributions);
  probes.notFound((context) => guarded.fetch(context.req.raw, context.env));
  guarded.notFound((context) => {
    const answer = notFound([{ app: probes }, { app: guarded, middlewares: 1 }], options.status(), context);
    return answer.status === 405 ? answer : (explainAbsence(context.req.path, options.health) ?? answer);
  });
  return probes;
}

function requireToken(adminToken: AdminOptions["adminToken"]): GatewayHandler {
  return async (context, next) => {
    const authorization = context.req.header("authorization");
    if (isAuthorized(authorization, adminToken())) return next();
    const challenge = authorization === undefined ? "Bearer" : 'Bearer error="invalid_token"';
    return problem(401, "This route needs the admin token: Authorization: Bearer <token>.", {
      headers: { "www-authenticate": challenge },
    });
  };
}
