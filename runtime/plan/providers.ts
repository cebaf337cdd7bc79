import type { Fault } from "../errors.ts";
import { makeFault, pluginPath } from "../manifest/faults.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { PlanInput } from "./input.ts";

/** Who gives a service. Without `plugin`: the host. Without `version`: a plugin that could not be loaded. */
export interface Provider {
  readonly plugin: string | undefined;
  readonly version: string | undefined;
}

/** Who could give which service. */
interface Candidates {
  /** The first of each service. */
  readonly first: Map<string, Provider>;
  /** All of them, of services that have more than one. */
  readonly rivals: Map<string, Provider[]>;
}

/** One provider for each service; where several could, `bind` decides. */
export function chooseProviders(input: PlanInput): {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly faults: readonly Fault[];
} {
  const candidates = collectCandidates(input);
  const faults = bindFaults(input, candidates);
  const providers = candidates.first;
  const failed = new Set(input.failed.map((plugin) => plugin.name));
  const bind = new Map(Object.entries(input.manifest.gateway.bind));
  for (const [service, list] of candidates.rivals) {
    const chosen = list.find((provider) => provider.plugin !== undefined && provider.plugin === bind.get(service));
    if (chosen !== undefined) providers.set(service, chosen);
    // What the host registered is there from the beginning: no choice of the manifest can take its place.
    const byHost = list.some((provider) => provider.plugin === undefined);
    if (byHost || !bind.has(service)) faults.push(doubleFault(input.manifest, service, list));
  }
  for (const [service, plugin] of bind) {
    if (failed.has(plugin)) providers.set(service, { plugin, version: undefined });
  }
  return { providers, faults };
}

function collectCandidates({ loaded, hostServices }: PlanInput): Candidates {
  const first = new Map<string, Provider>();
  const rivals = new Map<string, Provider[]>();
  const add = (service: string, provider: Provider): void => {
    const before = first.get(service);
    if (before === undefined) first.set(service, provider);
    else if (rivals.get(service)?.push(provider) === undefined) rivals.set(service, [before, provider]);
  };
  for (const key of hostServices) add(key.name, { plugin: undefined, version: key.version });
  for (const plugin of loaded) {
    for (const key of plugin.metadata.provides ?? []) add(key.name, { plugin: plugin.name, version: key.version });
  }
  return { first, rivals };
}

function candidatesFor(service: string, { first, rivals }: Candidates): readonly Provider[] {
  const only = first.get(service);
  return rivals.get(service) ?? (only === undefined ? [] : [only]);
}

function doubleFault(manifest: Manifest, service: string, list: readonly Provider[]): Fault {
  const plugins = list.flatMap((provider) => provider.plugin ?? []);
  const byHost = plugins.length < list.length;
  const last = plugins.at(-1)!;
  return makeFault(
    manifest.source,
    "PLAN_DOUBLE_PROVIDER",
    pluginPath(last),
    byHost ? `"${service}" is already provided by the host` : `"${service}" is provided by ${plugins.join(" and ")}`,
    byHost
      ? `Disable ${last}, or let the host not register "${service}".`
      : `Choose one with core.api_gateway.bind: { ${service}: ${last} }, or disable the others.`,
  );
}

function bindFaults(input: PlanInput, candidates: Candidates): Fault[] {
  const faults: Fault[] = [];
  const failed = new Set(input.failed.map((plugin) => plugin.name));
  for (const [service, plugin] of Object.entries(input.manifest.gateway.bind)) {
    const list = candidatesFor(service, candidates);
    if (failed.has(plugin) || list.some((provider) => provider.plugin === plugin)) continue;
    const able = list.flatMap((provider) => provider.plugin ?? []);
    faults.push(
      makeFault(
        input.manifest.source,
        "PLAN_BIND_INVALID",
        ["core", "api_gateway", "bind", service],
        `plugin "${plugin}" is not enabled or does not provide "${service}"`,
        able.length > 0
          ? `Bind it to ${able.join(" or ")}.`
          : `No enabled plugin provides "${service}": remove the line.`,
      ),
    );
  }
  return faults;
}
