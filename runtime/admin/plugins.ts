import type { GatewayApp } from "../gateway/compose.ts";
import { problem } from "../gateway/problem.ts";
import { ADMIN_PREFIX } from "../gateway/route_rules.ts";
import type { HealthMonitor } from "../health.ts";
import { type PluginSnapshot, summarizeError } from "../health_report.ts";

const PREFIX = `${ADMIN_PREFIX}/plugins`;
const HEADERS = { "cache-control": "no-store" };

/** The list of plugins, and one plugin's health. */
export function addPluginRoutes(app: GatewayApp, health: HealthMonitor): void {
  app.get(PREFIX, (context) => context.json({ plugins: health.snapshots().map(describe) }, 200, HEADERS));
  app.get(`${PREFIX}/:name/health`, async (context) => {
    const name = context.req.param("name");
    const found = await health.plugin(name);
    return found === undefined ? unknownPlugin(name, health) : context.json(found, 200, HEADERS);
  });
}

/**
 * Why a path under a plugin's name is not there: no such plugin, or one that does not run.
 * @returns undefined when the plugin runs and just has no such route
 */
export function explainAbsence(path: string, health: HealthMonitor): Response | undefined {
  const name = path.startsWith(`${PREFIX}/`) ? path.slice(PREFIX.length + 1).split("/")[0] : undefined;
  if (name === undefined || name === "") return undefined;
  const snapshot = health.snapshot(name);
  if (snapshot === undefined) return unknownPlugin(name, health);
  if (snapshot.state === "running") return undefined;
  return problem(503, `Plugin "${name}" is not running (${snapshot.state}), so its routes are not there.`);
}

function unknownPlugin(name: string, health: HealthMonitor): Response {
  const known = health.snapshots().map((snapshot) => snapshot.name);
  return problem(404, `There is no plugin "${name}".`, { extensions: { known_plugins: known } });
}

function describe(snapshot: PluginSnapshot) {
  const { name, state, enabled, critical, metadata, since, error, blockedBy } = snapshot;
  return {
    name,
    state,
    enabled,
    critical,
    version: metadata?.version ?? null,
    priority: metadata?.priority ?? null,
    effective_priority: metadata?.effectivePriority ?? null,
    since: new Date(since).toISOString(),
    error: summarizeError(error),
    blocked_by: blockedBy,
  };
}
