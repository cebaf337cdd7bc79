import { pluginPath } from "./manifest/faults.ts";
import type { ManifestSource, Origin, PluginEntry } from "./manifest/manifest.ts";
import type { PlanInput } from "./plan/input.ts";
import type { RequirementEdge, Requirements } from "./plan/requirements.ts";
import type { LoadedPlugin } from "./plugin.ts";
import { normalizeRequirement, type ServiceRequirement } from "./service_key.ts";

export interface NeedFact {
  readonly kind: RequirementEdge["kind"];
  readonly service: string | undefined;
  /** Versions of the contract that will do. */
  readonly range: string | undefined;
  /** A plugin, or `host`; undefined where nobody is there. */
  readonly provider: string | undefined;
  /** Where the manifest says so: its line in `depends_on`, or that of `bind` which chose the provider. */
  readonly origin: Origin | undefined;
  /** Plugins that might have met it, had they loaded. */
  readonly notLoaded: readonly string[];
}

export interface NeededByFact {
  readonly plugin: string;
  readonly kind: NeedFact["kind"];
  readonly service: string | undefined;
  /** The plugin between, where it needs this one only through another. */
  readonly through: string | undefined;
}

/** One arrow of a cycle. */
export interface CycleStep {
  readonly plugin: string;
  readonly needs: string;
  readonly kind: NeedFact["kind"];
  readonly service: string | undefined;
  /** Its line in `depends_on`; undefined where the plugin's code says so. */
  readonly origin: Origin | undefined;
}

/** Who needs whom, whether that makes a plan or not. */
export class NeedFacts {
  readonly #input: PlanInput;
  readonly #requirements: Requirements;
  readonly #edges: ReadonlyMap<string, readonly RequirementEdge[]>;

  /** @param input that the requirements were resolved from */
  constructor(input: PlanInput, requirements: Requirements) {
    this.#input = input;
    this.#requirements = requirements;
    this.#edges = new Map(input.loaded.map(({ name }, index) => [name, requirements.edges[index]!]));
  }

  /** @param loaded undefined for a plugin whose code is not known: then only the manifest tells */
  of(entry: PluginEntry, loaded: LoadedPlugin | undefined): NeedFact[] {
    const { requires = [], optional = [] } = loaded?.metadata ?? {};
    return [
      ...requires.map((requirement) => this.#service(entry.name, "requires", requirement)),
      ...entry.dependsOn.map((provider, index) => this.#named(entry, provider, index)),
      ...optional.map((requirement) => this.#service(entry.name, "optional", requirement)),
    ];
  }

  /** Nearest first; each plugin once, by its shortest way. */
  neededBy(name: string): NeededByFact[] {
    const found = new Map<string, NeededByFact>();
    const queue = [name];
    for (const target of queue) {
      for (const { name: plugin, dependsOn, enabled } of this.#input.manifest.plugins) {
        if (!enabled || plugin === name || found.has(plugin)) continue;
        const edge = this.#edge(plugin, target);
        const waits = this.#requirements.unmet.get(plugin)?.find(({ candidates }) => candidates.includes(target));
        if (edge === undefined && waits === undefined && !dependsOn.includes(target)) continue;
        const service = edge === undefined ? waits?.service : edge.service;
        const kind = edge?.kind ?? (service === undefined ? "depends_on" : "requires");
        found.set(plugin, { plugin, kind, service, through: target === name ? undefined : target });
        queue.push(plugin);
      }
    }
    return [...found.values()];
  }

  /** @param path closed: `[a, b, a]` */
  cycle(path: readonly string[]): CycleStep[] {
    return path.slice(0, -1).map((plugin, index) => {
      const needs = path[index + 1]!;
      const { kind, service } = this.#edge(plugin, needs)!;
      const at = this.#entry(plugin)!.dependsOn.indexOf(needs);
      const origin = kind === "depends_on" ? this.#source.origin(pluginPath(plugin, "depends_on", at)) : undefined;
      return { plugin, needs, kind, service, origin };
    });
  }

  get #source(): ManifestSource {
    return this.#input.manifest.source;
  }

  #entry(name: string): PluginEntry | undefined {
    return this.#input.manifest.plugins.find((entry) => entry.name === name);
  }

  #edge(from: string, to: string): RequirementEdge | undefined {
    return this.#edges.get(from)?.find((edge) => edge.to === to);
  }

  #service(plugin: string, kind: "requires" | "optional", requirement: ServiceRequirement): NeedFact {
    const { key, range } = normalizeRequirement(requirement);
    const unmet = this.#requirements.unmet.get(plugin)?.find(({ service }) => service === key.name);
    const byHost = this.#input.hostServices.some(({ name }) => name === key.name);
    const provider = this.#requirements.providers.get(key.name) ?? (byHost ? "host" : undefined);
    const bind = this.#source.origin(["core", "api_gateway", "bind", key.name]);
    return {
      kind,
      service: key.name,
      range,
      provider: unmet === undefined ? provider : undefined,
      origin: provider === undefined ? undefined : bind,
      notLoaded: unmet?.candidates ?? [],
    };
  }

  #named(entry: PluginEntry, provider: string, index: number): NeedFact {
    return {
      kind: "depends_on",
      service: undefined,
      range: undefined,
      provider,
      origin: this.#source.origin(pluginPath(entry.name, "depends_on", index)),
      notLoaded: this.#input.failed.some(({ name }) => name === provider) ? [provider] : [],
    };
  }
}
