import type { GatewayHandler } from "../contribution.ts";
import { addAdminRoutes, type GatewayApp, introduce, newApp, notFound } from "../gateway/compose.ts";
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
  const app = newApp(options.onFailure);
  addHealthRoutes(app, options);
  const behindToken = [requireToken(options.adminToken), introduce];
  app.use("*", ...behindToken);
  addPluginRoutes(app, options.health);
  addAdminRoutes(app, options.contributions);
  app.notFound((context) => {
    const answer = notFound(app, behindToken.length, options.status(), context);
    return answer.status === 405 ? answer : (explainAbsence(context.req.path, options.health) ?? answer);
  });
  return app;
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
