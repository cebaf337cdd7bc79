import type { AdminRoute, GatewayHandler, Route } from "./contribution.ts";
import type { PluginKind } from "./plugin.ts";

/** What one run of a plugin adds to the outside; asked for once, at the end of its start phase. */
export interface PluginContribution {
  readonly plugin: string;
  readonly kind: PluginKind | undefined;
  /** Own priority, never an inherited one. */
  readonly priority: number;
  /** Its place in the manifest. */
  readonly order: number;
  readonly guard: GatewayHandler | undefined;
  readonly handle: GatewayHandler | undefined;
  readonly routes: readonly Route[];
  readonly adminRoutes: readonly AdminRoute[];
  /** Aborts when the run begins to end. */
  readonly signal: AbortSignal;
}

/** Requests inside a plugin that takes no more. */
export interface RequestsInside {
  /** How many there are now. */
  readonly count: number;
  readonly ended: Promise<void>;
}

/** Where contributions go: the gateway, or nothing where there is none. */
export interface ContributionSink {
  /** @throws GATEWAY_ROUTE_INVALID, GATEWAY_ROUTE_CLASH */
  check(contribution: PluginContribution): void;
  admit(contribution: PluginContribution): void;
  /** @returns the requests that are inside that plugin; undefined where there are none */
  withdraw(plugin: string): RequestsInside | undefined;
  /** Something that decides whether the pipeline is whole has changed. */
  markStale(): void;
}
