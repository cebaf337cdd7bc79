import { BackplaneError } from "../errors.ts";
import type { PluginContribution } from "../plugin_contribution.ts";
import { Occupancy } from "./occupancy.ts";
import { adminPath, checkContribution, routeKey } from "./route_rules.ts";

/** A contribution that is part of the app, with the requests inside it. */
export interface AdmittedContribution extends PluginContribution {
  readonly occupancy: Occupancy;
}

/** The contributions of all running plugins, without a clash between them. */
export class ContributionSet {
  readonly #admitted = new Map<string, AdmittedContribution>();
  /** Who holds a route, by method and pattern. */
  readonly #holders = new Map<string, string>();

  values(): readonly AdmittedContribution[] {
    return [...this.#admitted.values()];
  }

  /**
   * @throws GATEWAY_ROUTE_INVALID for a row that breaks the rules of routes
   * @throws GATEWAY_ROUTE_CLASH for a method and pattern that another row has, were the parameters' names different
   */
  check(contribution: PluginContribution): void {
    checkContribution(contribution);
    const own = new Set<string>([routeKey("GET", adminPath(contribution.plugin, "/health"))]);
    for (const { method, path, key } of rowsOf(contribution)) {
      const holder = this.#holders.get(key);
      const foreign = holder !== undefined && holder !== contribution.plugin;
      if (foreign || own.has(key)) throw clash(contribution.plugin, method, path, foreign ? holder : undefined);
      own.add(key);
    }
  }

  add(contribution: PluginContribution): void {
    this.check(contribution);
    this.remove(contribution.plugin);
    this.#admitted.set(contribution.plugin, { ...contribution, occupancy: new Occupancy() });
    for (const { key } of rowsOf(contribution)) this.#holders.set(key, contribution.plugin);
  }

  /** @returns what was removed */
  remove(plugin: string): AdmittedContribution | undefined {
    const removed = this.#admitted.get(plugin);
    if (removed === undefined) return undefined;
    for (const { key } of rowsOf(removed)) this.#holders.delete(key);
    this.#admitted.delete(plugin);
    return removed;
  }
}

function rowsOf(contribution: PluginContribution): { method: string; path: string; key: string }[] {
  const { plugin, routes, adminRoutes } = contribution;
  const rows = [
    ...routes.map(({ method, path }) => ({ method, path })),
    ...adminRoutes.map(({ method, path }) => ({ method, path: adminPath(plugin, path) })),
  ];
  return rows.map((row) => ({ ...row, key: routeKey(row.method, row.path) }));
}

function clash(plugin: string, method: string, path: string, holder: string | undefined): BackplaneError {
  const who = holder === undefined ? "it is there already" : `plugin "${holder}" has it already`;
  return new BackplaneError(
    "GATEWAY_ROUTE_CLASH",
    `Cannot add route ${method} ${path} of plugin "${plugin}": ${who}.`,
    {
      remedy: "Give one of the two another path or method; parameters that differ only by name are the same path.",
      details: { plugin, method, path, holder },
    },
  );
}
