import satisfies from "semver/functions/satisfies.js";
import type { Fault } from "../errors.ts";
import type { Manifest, PluginEntry } from "../manifest/manifest.ts";
import { makeFault, pluginPath } from "../manifest/faults.ts";
import type { PlanInput } from "./input.ts";
import type { LoadedPlugin } from "../plugin.ts";
import { chooseProviders, type Provider } from "./providers.ts";
import { normalizeRequirement, requiredKey, type ServiceRequirement } from "../service_key.ts";

/** One arrow of the graph: the plugin that comes first, and why. */
export interface RequirementEdge {
  readonly to: string;
  /** `optional` orders and inherits, but never blocks. */
  readonly kind: "requires" | "depends_on" | "optional";
  /** The service it is about; undefined for `depends_on`. */
  readonly service: string | undefined;
}

/** Something needed that only a plugin that could not be loaded might have given. */
export interface UnmetRequirement {
  readonly service: string | undefined;
  readonly candidates: readonly string[];
}

export interface Requirements {
  /** Of each plugin, in the order of `loaded`. */
  readonly edges: readonly (readonly RequirementEdge[])[];
  readonly unmet: ReadonlyMap<string, readonly UnmetRequirement[]>;
  readonly providers: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
}

/**
 * Turns what plugins require and what the manifest adds into edges, or faults. Pure.
 * @param entries of the manifest, by name
 */
export function resolveRequirements(input: PlanInput, entries: ReadonlyMap<string, PluginEntry>): Requirements {
  const choice = chooseProviders(input);
  const resolver = new RequirementResolver(input, entries, choice.providers);
  const edges = input.loaded.map((plugin) => resolver.edgesOf(plugin));
  const providers = new Map<string, string>();
  for (const [service, provider] of choice.providers) {
    if (provider.plugin !== undefined) providers.set(service, provider.plugin);
  }
  return { edges, unmet: resolver.unmet, providers, faults: [...choice.faults, ...resolver.faults] };
}

const NONE: readonly ServiceRequirement[] = [];

class RequirementResolver {
  readonly faults: Fault[] = [];
  readonly unmet = new Map<string, UnmetRequirement[]>();
  readonly #manifest: Manifest;
  readonly #entries: ReadonlyMap<string, PluginEntry>;
  readonly #failed: readonly string[];
  readonly #failedNames: ReadonlySet<string>;
  readonly #providers: ReadonlyMap<string, Provider>;
  /** Answers by version and range: there are far fewer of these pairs than requirements. */
  readonly #satisfied = new Map<string, boolean>();

  constructor(input: PlanInput, entries: ReadonlyMap<string, PluginEntry>, providers: ReadonlyMap<string, Provider>) {
    this.#manifest = input.manifest;
    this.#entries = entries;
    this.#failed = input.failed.map((plugin) => plugin.name);
    this.#failedNames = new Set(this.#failed);
    this.#providers = providers;
  }

  edgesOf({ name, metadata }: LoadedPlugin): readonly RequirementEdge[] {
    const edges: RequirementEdge[] = [];
    this.#addServices(name, metadata.requires, "requires", edges);
    const { dependsOn } = this.#entries.get(name)!;
    dependsOn.forEach((to, index) => {
      if (this.#named(name, to, index)) edges.push({ to, kind: "depends_on", service: undefined });
    });
    this.#addServices(name, metadata.optional, "optional", edges);
    // A list that has grown keeps room for sixteen more: a copy has none.
    return edges.slice();
  }

  #addServices(
    plugin: string,
    requirements: readonly ServiceRequirement[] = NONE,
    kind: "requires" | "optional",
    edges: RequirementEdge[],
  ): void {
    for (const requirement of requirements) {
      const to = this.#provider(plugin, requirement, kind);
      if (to !== undefined) edges.push({ to, kind, service: requiredKey(requirement).name });
    }
  }

  /** The plugin that meets a requirement; undefined when the host does, when nobody does, or after a fault. */
  #provider(plugin: string, requirement: ServiceRequirement, kind: "requires" | "optional"): string | undefined {
    const key = requiredKey(requirement);
    const provider = this.#providers.get(key.name);
    if (provider === undefined) {
      if (kind === "requires") this.#missing(plugin, key.name);
      return undefined;
    }
    if (provider.version === undefined) {
      // Bound to a plugin that was not loaded.
      if (kind === "requires") this.#block(plugin, { service: key.name, candidates: [provider.plugin!] });
      return undefined;
    }
    // A range around the very version that is provided is the usual case.
    if (requirement === key && provider.version === key.version) return provider.plugin;
    const { range } = normalizeRequirement(requirement);
    if (!this.#satisfies(provider.version, range)) {
      const who = provider.plugin === undefined ? "the host" : `plugin "${provider.plugin}"`;
      this.#fault(
        "PLAN_VERSION_MISMATCH",
        pluginPath(plugin),
        `it ${kind === "requires" ? "requires" : "optionally uses"} ${key.name} ${range}, but ${who} provides version ${provider.version}`,
        "Install versions of the two plugins that agree on the contract.",
      );
      return undefined;
    }
    return provider.plugin;
  }

  #satisfies(version: string, range: string): boolean {
    const pair = `${version} ${range}`;
    const known = this.#satisfied.get(pair) ?? satisfies(version, range);
    this.#satisfied.set(pair, known);
    return known;
  }

  #missing(plugin: string, service: string): void {
    if (this.#failed.length > 0) {
      this.#block(plugin, { service, candidates: this.#failed });
      return;
    }
    const sleeping = this.#entries.get(service);
    const remedy =
      sleeping === undefined
        ? `Add a plugin that provides "${service}" to core.api_gateway.plugins, or remove "${plugin}".`
        : `Enable ${service} in the manifest.`;
    this.#fault("PLAN_MISSING_SERVICE", pluginPath(plugin), `no enabled plugin provides "${service}"`, remedy);
  }

  /** Whether `depends_on` names a plugin that can be waited for. */
  #named(plugin: string, to: string, index: number): boolean {
    const target = this.#entries.get(to);
    if (target?.enabled === true) {
      if (!this.#failedNames.has(to)) return true;
      this.#block(plugin, { service: undefined, candidates: [to] });
      return false;
    }
    if (target === undefined) {
      this.#fault(
        "PLAN_UNKNOWN_DEPENDENCY",
        pluginPath(plugin, "depends_on", index),
        `there is no plugin "${to}"`,
        `Name one of: ${[...this.#entries.keys()].join(", ")}.`,
      );
    } else {
      this.#fault(
        "PLAN_DISABLED_DEPENDENCY",
        pluginPath(plugin, "depends_on", index),
        `plugin "${to}" is disabled`,
        `Enable ${to}, or take it out of depends_on.`,
      );
    }
    return false;
  }

  #block(plugin: string, unmet: UnmetRequirement): void {
    const list = this.unmet.get(plugin);
    if (list === undefined) this.unmet.set(plugin, [unmet]);
    else list.push(unmet);
  }

  #fault(code: Fault["code"], path: Fault["path"], message: string, remedy: string): void {
    this.faults.push(makeFault(this.#manifest.source, code, path, message, remedy));
  }
}
