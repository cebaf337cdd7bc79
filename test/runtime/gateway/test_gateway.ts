import { systemClock } from "../../../runtime/clock.ts";
import type { GatewayHandler, Route } from "../../../runtime/contribution.ts";
import { type RuntimeEvent, RuntimeEvents } from "../../../runtime/events.ts";
import type { PluginContribution } from "../../../runtime/plugin_contribution.ts";
import { Gateway, type GatewayOptions } from "../../../runtime/gateway/gateway.ts";
import type { PluginSnapshot } from "../../../runtime/health_report.ts";
import { HealthMonitor } from "../../../runtime/health.ts";
import type { LogFields, Logger, LogLevel } from "../../../runtime/logger.ts";
import type { GatewaySettings } from "../../../runtime/manifest/manifest.ts";

export const TOKEN = "a1".repeat(32);
export const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };
/** A peer on this machine. */
export const LOCAL = { remoteAddress: "127.0.0.1" };

export interface TestGatewayOptions extends Partial<Omit<GatewayOptions, "settings">> {
  readonly snapshots?: readonly PluginSnapshot[];
  readonly settings?: Partial<GatewaySettings>;
}

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields | undefined;
}

/** A real gateway over plain data: what it logged and the events it sent can be looked at. */
export function testGateway(options: TestGatewayOptions = {}) {
  const { snapshots = [], settings, ...rest } = options;
  const health = new HealthMonitor({
    snapshots: () => snapshots,
    snapshot: (name) => snapshots.find((one) => one.name === name),
    clock: systemClock,
  });
  const events = new RuntimeEvents();
  const seen: RuntimeEvent[] = [];
  events.on((event) => seen.push(event));
  const lines: LogLine[] = [];
  const allSettings = { ...gatewaySettings, ...settings };
  const gateway = new Gateway({
    settings: () => allSettings,
    adminToken: () => TOKEN,
    listening: () => ({ address: "127.0.0.1" }),
    health,
    status: () => ({ startupSettled: true, stopping: false, ready: true }),
    requiredSecurity: () => [],
    clock: systemClock,
    log: recordingLogger(lines),
    events,
    ...rest,
  });
  return { gateway, health, events: seen, lines };
}

export const gatewaySettings: GatewaySettings = {
  host: "127.0.0.1",
  port: 8771,
  allowedHosts: [],
  allowUnauthenticated: false,
  bind: {},
};

export function recordingLogger(lines: LogLine[]): Logger {
  const write = (level: LogLevel) => (message: string, fields?: LogFields) =>
    void lines.push({ level, message, fields });
  const logger = {
    debug: write("debug"),
    info: write("info"),
    warning: write("warning"),
    error: write("error"),
    critical: write("critical"),
  };
  return {
    ...logger,
    get local() {
      return recordingLogger(lines);
    },
  };
}

/** A running plugin without a check. */
export function pluginSnapshot(name: string, changes: Partial<PluginSnapshot> = {}): PluginSnapshot {
  return {
    name,
    state: "running",
    enabled: true,
    critical: false,
    since: 0,
    metadata: { name, version: "1.0.0", description: `The ${name}`, priority: 40, effectivePriority: 10 },
    hasConfig: false,
    error: undefined,
    blockedBy: [],
    healthMs: 1_000,
    check: undefined,
    ...changes,
  };
}

export function contribution(plugin: string, changes: Partial<PluginContribution> = {}): PluginContribution {
  return {
    plugin,
    kind: "business",
    priority: 40,
    order: 0,
    guard: undefined,
    handle: undefined,
    routes: [],
    adminRoutes: [],
    signal: new AbortController().signal,
    ...changes,
  };
}

/** A public GET that answers a text. */
export function textRoute(path: string, text = path, changes: Partial<Route> = {}): Route {
  return { method: "GET", path, access: "public", handler: (context) => context.text(text), ...changes };
}

/** A pipeline handler that notes its name and passes on. */
export function notingHandler(name: string, notes: string[]): GatewayHandler {
  return async (_context, next) => {
    notes.push(name);
    await next();
  };
}
