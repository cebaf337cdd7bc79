import type { GatewayContext } from "../contribution.ts";
import { type GatewayApp, originOf } from "../gateway/compose.ts";
import { isLoopbackAddress } from "../gateway/loopback.ts";
import { ADMIN_PREFIX } from "../gateway/route_rules.ts";
import type { CachedReport } from "../health.ts";
import type { AdminOptions } from "./admin_options.ts";
import { isAuthorized } from "./token.ts";

const HEADERS = Object.freeze({ "content-type": "application/json", "cache-control": "no-store" });

/** `health`, `live`, `ready` and `startup`: what probes ask, without a token. */
export function addHealthRoutes(app: GatewayApp, options: AdminOptions): void {
  const path = `${ADMIN_PREFIX}/health`;
  app.get(path, (context): Response | Promise<Response> => {
    const showAll = mayShowAll(context, options);
    const cached = options.health.cachedReport();
    if (cached !== undefined) return tell(cached, showAll);
    return options.health.freshReport().then((fresh) => tell(fresh, showAll));
  });
  app.get(`${path}/live`, () => answer(true, '{"status":"live"}'));
  app.get(`${path}/ready`, () => {
    const { ready } = options.status();
    return answer(ready, ready ? '{"status":"ready"}' : '{"status":"not_ready"}');
  });
  app.get(`${path}/startup`, () => {
    const { startupSettled } = options.status();
    return answer(startupSettled, startupSettled ? '{"status":"started"}' : '{"status":"starting"}');
  });
}

/** On a loopback listener everybody sees the whole report, elsewhere who holds the token. */
function mayShowAll(context: GatewayContext, options: AdminOptions): boolean {
  const { remoteAddress } = originOf(context);
  const listening = options.listening();
  const local = listening === undefined || isLoopbackAddress(listening.address);
  if (local && remoteAddress !== undefined && isLoopbackAddress(remoteAddress)) return true;
  return isAuthorized(context.req.header("authorization"), options.adminToken());
}

function tell({ report, text }: CachedReport, showAll: boolean): Response {
  return answer(report.status !== "unhealthy", showAll ? text : JSON.stringify({ status: report.status }));
}

function answer(good: boolean, text: string): Response {
  return new Response(text, { status: good ? 200 : 503, headers: HEADERS });
}
