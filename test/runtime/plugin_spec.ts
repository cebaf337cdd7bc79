import type { BackplaneError, Fault } from "../../runtime/errors.ts";
import type { GatewaySettings, Manifest, ManifestSource, PluginEntry } from "../../runtime/manifest/manifest.ts";
import type { PlanInput } from "../../runtime/plan/input.ts";
import { planStartup, type StartupPlan } from "../../runtime/plan/plan.ts";
import {
  BasePlugin,
  type LoadedPlugin,
  PLUGIN_BRAND,
  type PluginClass,
  type PluginKind,
  type PluginMetadata,
} from "../../runtime/plugin.ts";
import { type ServiceKey, serviceKey, type ServiceRequirement } from "../../runtime/service_key.ts";

/** A key for tests; its value may be anything. */
export function service(name: string, version = "1.0.0"): ServiceKey<unknown> {
  return serviceKey<unknown>(name, version);
}

/** What a test says of a plugin. Services may be given by name. */
export interface PluginSpec {
  readonly name: string;
  readonly kind?: PluginKind;
  readonly priority?: number;
  readonly version?: string;
  readonly requires?: readonly (string | ServiceRequirement)[];
  readonly optional?: readonly (string | ServiceRequirement)[];
  /** Provided at the beginning of `start()`, each with its own name as value, but for `provide: false`. */
  readonly provides?: readonly (string | ServiceKey<unknown>)[];
  readonly provide?: boolean;
  readonly dependsOn?: readonly string[];
  readonly enabled?: boolean;
  readonly critical?: boolean;
  readonly config?: unknown;
  readonly timeouts?: Partial<PluginEntry["timeouts"]>;
  /** The module could not be loaded. */
  readonly failed?: BackplaneError;
  readonly construct?: (plugin: BasePlugin) => unknown;
  readonly initialize?: (plugin: BasePlugin) => unknown;
  readonly start?: (plugin: BasePlugin) => unknown;
  readonly stop?: (plugin: BasePlugin) => unknown;
  /** Anything else the class shall have: `routes`, `handle`, `healthCheck`. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A class that does what the spec says and notes each call as `name.phase` in `calls`. */
export function pluginClass(spec: PluginSpec, calls: string[] = []): PluginClass {
  const metadata: PluginMetadata = {
    name: spec.name,
    version: spec.version ?? "1.0.0",
    description: "of a test",
    requires: (spec.requires ?? []).map(asKey),
    optional: (spec.optional ?? []).map(asKey),
    provides: (spec.provides ?? []).map((key) => asKey(key) as ServiceKey<unknown>),
    ...(spec.priority === undefined ? {} : { priority: spec.priority }),
  };
  class SpecPlugin extends BasePlugin {
    static override readonly metadata = metadata;
    static override readonly [PLUGIN_BRAND] = { contract: 1, kind: spec.kind } as const;
    constructor(context: ConstructorParameters<typeof BasePlugin>[0]) {
      super(context);
      Object.assign(this, spec.members);
      calls.push(`${spec.name}.construct`);
      spec.construct?.(this);
    }
    override initialize(): Promise<void> {
      calls.push(`${spec.name}.initialize`);
      return spec.initialize?.(this) as Promise<void>;
    }
    override start(): Promise<void> {
      calls.push(`${spec.name}.start`);
      if (spec.provide !== false) for (const key of metadata.provides!) this.provideService(key, key.name);
      return spec.start?.(this) as Promise<void>;
    }
    override stop(): Promise<void> {
      calls.push(`${spec.name}.stop`);
      return spec.stop?.(this) as Promise<void>;
    }
  }
  return SpecPlugin as unknown as PluginClass;
}

function asKey(key: string | ServiceRequirement): ServiceRequirement {
  return typeof key === "string" ? service(key) : key;
}

/** As the manifest's reader makes it. */
export function manifestEntry(spec: PluginSpec): PluginEntry {
  const timeouts = { importMs: 10_000, initializeMs: 10_000, startMs: 15_000, stopMs: 5_000, healthMs: 2_000 };
  return {
    name: spec.name,
    enabled: spec.enabled ?? true,
    module: undefined,
    priority: undefined,
    dependsOn: spec.dependsOn ?? [],
    critical: spec.critical ?? false,
    timeouts: { ...timeouts, ...spec.timeouts },
    config: spec.config ?? {},
  };
}

/** A manifest by hand; each path stands on a line of its own, in the order in which it is asked for. */
export function testManifest(
  plugins: readonly PluginEntry[],
  options: { readonly bind?: GatewaySettings["bind"]; readonly source?: Partial<ManifestSource> } = {},
): Manifest {
  return {
    system: {
      name: "test",
      environment: "test",
      dataDir: "/nowhere",
      log: { level: "info", format: "json" },
      attribution: "stack",
    },
    gateway: {
      host: "127.0.0.1",
      port: 0,
      allowedHosts: [],
      allowUnauthenticated: false,
      bind: options.bind ?? {},
    },
    plugins,
    source: {
      baseDir: "/nowhere",
      files: [],
      secrets: [],
      locate,
      origin: () => undefined,
      isHidden: () => false,
      ...options.source,
    },
  };
}

function locate(path: Fault["path"]): { file: string; line: number; column: number; text: string } {
  return { file: "core.yaml", line: path.length, column: 1, text: path.join(".") };
}

export interface PlanSpecOptions {
  readonly bind?: GatewaySettings["bind"];
  readonly source?: Partial<ManifestSource>;
  readonly hostServices?: readonly ServiceKey<unknown>[];
  readonly calls?: string[];
}

/** Plans the specs, in their order, as the runtime would. @throws PLAN_INVALID */
export function planSpecs(
  specs: readonly PluginSpec[],
  options: PlanSpecOptions = {},
): { manifest: Manifest; plan: StartupPlan } {
  const input = loadSpecs(specs, options);
  return { manifest: input.manifest, plan: planStartup(input) };
}

/** A manifest of the specs, and what loading its plugins would make of them. */
export function loadSpecs(specs: readonly PluginSpec[], options: PlanSpecOptions = {}): PlanInput {
  const enabled = specs.filter((spec) => spec.enabled !== false);
  return {
    manifest: testManifest(specs.map(manifestEntry), options),
    loaded: enabled.filter((spec) => spec.failed === undefined).map((spec) => loadSpec(spec, options.calls)),
    failed: enabled.flatMap(({ name, failed: error }) => (error ? [{ name, error }] : [])),
    hostServices: options.hostServices ?? [],
  };
}

function loadSpec(spec: PluginSpec, calls?: string[]): LoadedPlugin {
  const made = pluginClass(spec, calls);
  return {
    name: spec.name,
    pluginClass: made,
    metadata: made.metadata,
    kind: spec.kind,
    config: spec.config ?? {},
    root: undefined,
  };
}
