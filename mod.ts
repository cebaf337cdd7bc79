export { blameAmong } from "./runtime/blame_among.ts";
export { BackplaneError } from "./runtime/errors.ts";
export type { BackplaneErrorOptions, ErrorCode, ExitCode, Fault, Position } from "./runtime/errors.ts";
export type { Clock } from "./runtime/clock.ts";
export type {
  AdminRoute,
  GatewayContext,
  GatewayEnv,
  GatewayHandler,
  GatewayVariables,
  HttpMethod,
  Principal,
  Route,
  RouteAccess,
} from "./runtime/contribution.ts";
export { missingListenFlag, runtimeName } from "./runtime/host.ts";
export type { RuntimeName } from "./runtime/host.ts";
export { createKeyFile, loadKeyFile } from "./runtime/key_file.ts";
export { logLevels } from "./runtime/logger.ts";
export type { LogFields, Logger, LogLevel, LogRecord } from "./runtime/logger.ts";
export {
  BasePlugin,
  BusinessPlugin,
  InfrastructurePlugin,
  MiddlewarePlugin,
  perConsumer,
  PluginPriority,
  SecurityPlugin,
} from "./runtime/plugin.ts";
export type {
  HealthCheck,
  PerConsumer,
  PipelinePlugin,
  PluginContext,
  PluginMetadata,
  Resource,
  ServiceConsumer,
} from "./runtime/plugin.ts";
export { serviceKey, versioned } from "./runtime/service_key.ts";
export type { ServiceKey, ServiceRequirement, VersionedKey } from "./runtime/service_key.ts";
export type { PluginPhase, ServiceState } from "./runtime/state.ts";
export { config, runtimeLog } from "./runtime/system_services.ts";
export type { RuntimeLog, SystemConfig } from "./runtime/system_services.ts";
export type { RuntimeEvent, RuntimeListener, SlowPhase } from "./runtime/events.ts";
export type { HealthReport, HealthStatus } from "./runtime/health_report.ts";
export type { Manifest } from "./runtime/manifest/manifest.ts";
export { nodeListener } from "./runtime/node_listener.ts";
export { hostService } from "./runtime/options.ts";
export type { HostService, RegisteredClass, RuntimeOptions } from "./runtime/options.ts";
export type { PlanEntry, StartupPlan } from "./runtime/plan/plan.ts";
export { PluginRegistry } from "./runtime/loader/registry.ts";
export { createRuntime } from "./runtime/runtime.ts";
export type { Runtime, StopReport } from "./runtime/handle.ts";
export { reportFailures } from "./runtime/plugin_failure.ts";
export type { FailureCause, PluginFailure } from "./runtime/plugin_failure.ts";
export type { PluginResult } from "./runtime/plugin_result.ts";
export type { SourcePlace } from "./runtime/source_place.ts";
export type { Certainty, Suspect } from "./runtime/suspect.ts";
export { version } from "./runtime/version.ts";
