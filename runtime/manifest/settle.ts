import { resolve } from "node:path";
import {
  defaultTimeouts,
  type ManifestDocument,
  type PluginEntryDocument,
  type TimeoutsDocument,
} from "../../schemas/manifest.ts";
import { bandPriorities } from "../../schemas/priority_band.ts";
import type { Manifest, ManifestSource, PluginEntry, PluginTimeouts } from "./manifest.ts";

/** The checked document in the runtime's own terms: camelCase, paths absolute, bands as numbers. */
export function settleManifest(document: ManifestDocument, source: ManifestSource): Manifest {
  const { system, api_gateway: gateway } = document.core;
  return {
    system: {
      name: system.name,
      environment: system.environment,
      dataDir: resolve(source.baseDir, system.data_dir),
      log: system.log,
      attribution: system.attribution,
    },
    gateway: {
      host: gateway.host,
      port: gateway.port,
      allowedHosts: gateway.allowed_hosts,
      allowUnauthenticated: gateway.allow_unauthenticated,
      bind: gateway.bind,
    },
    plugins: Object.keys(gateway.plugins).map((name) => settleEntry(name, gateway.plugins[name]!)),
    source,
  };
}

function settleEntry(name: string, entry: PluginEntryDocument): PluginEntry {
  const { timeouts, priority } = entry;
  return {
    name,
    enabled: entry.enabled,
    module: entry.module,
    priority: typeof priority === "string" ? bandPriorities[priority] : priority,
    dependsOn: entry.depends_on,
    critical: entry.critical,
    timeouts: timeouts ? settleTimeouts(timeouts) : usualTimeouts,
    config: entry.config ?? {},
  };
}

/** One object for all entries that say nothing of it. */
const usualTimeouts: PluginTimeouts = Object.freeze(settleTimeouts(defaultTimeouts));

function settleTimeouts(timeouts: TimeoutsDocument): PluginTimeouts {
  return {
    importMs: timeouts.import_ms,
    initializeMs: timeouts.initialize_ms,
    startMs: timeouts.start_ms,
    stopMs: timeouts.stop_ms,
    healthMs: timeouts.health_ms,
  };
}
