import { composeAdminApp } from "../admin/router.ts";
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { RuntimeEvents } from "../events.ts";
import type { HealthMonitor } from "../health.ts";
import type { Logger } from "../logger.ts";
import type { GatewaySettings } from "../manifest/manifest.ts";
import { composeOpenApp, type FailureListener, type GatewayApp } from "./compose.ts";
import type { ContributionSink, PluginContribution, RequestsInside } from "../plugin_contribution.ts";
import { ContributionSet } from "./contribution_set.ts";
import { guardHost, guardMediaType, guardOrigin, hasBody, limitBody } from "./guards.ts";
import { headerOf, type RequestOrigin } from "./origin.ts";
import type { RequiredSecurity } from "./pipeline.ts";
import { problem } from "./problem.ts";
import type { RuntimeStatus } from "./runtime_status.ts";
import { ADMIN_PREFIX } from "./route_rules.ts";
import { secured } from "./security_headers.ts";
import { pathOf, refuseTarget, targetOf } from "./target.ts";

export interface GatewayOptions {
  readonly settings: () => GatewaySettings;
  /** Undefined: nothing that needs the token is answered. */
  readonly adminToken: () => string | undefined;
  /** The address the listener is bound to; undefined when there is none. */
  readonly listening: () => { readonly address: string } | undefined;
  readonly health: HealthMonitor;
  readonly status: () => RuntimeStatus;
  /** The security plugins that the manifest enables and that do not run. */
  readonly requiredSecurity: () => readonly RequiredSecurity[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: RuntimeEvents;
}

interface ComposedApps {
  readonly open: GatewayApp;
  readonly admin: GatewayApp;
}

/** Answers requests with what the running plugins contribute. Closed from the first moment, before any plugin runs. */
export class Gateway implements ContributionSink {
  readonly #options: GatewayOptions;
  readonly #contributions = new ContributionSet();
  #apps: ComposedApps | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /**
   * Whether a contribution could be admitted now.
   * @throws GATEWAY_ROUTE_INVALID, GATEWAY_ROUTE_CLASH
   */
  check(contribution: PluginContribution): void {
    this.#contributions.check(contribution);
  }

  /**
   * Makes a contribution part of the next app.
   * @throws GATEWAY_ROUTE_INVALID, GATEWAY_ROUTE_CLASH as `check()`; then nothing has changed
   */
  admit(contribution: PluginContribution): void {
    this.#contributions.add(contribution);
    this.markStale();
  }

  /**
   * Takes a plugin's contribution out: no further request gets inside.
   * @returns the requests inside; undefined when there are none. Bounding the wait for them is the caller's.
   */
  withdraw(plugin: string): RequestsInside | undefined {
    const removed = this.#contributions.remove(plugin);
    this.markStale();
    return removed?.occupancy.emptied();
  }

  /** The next request is answered by a new app; those in flight finish on the old one. */
  markStale(): void {
    this.#apps = undefined;
  }

  /** Never rejects. */
  async fetch(request: Request, origin: RequestOrigin = {}): Promise<Response> {
    try {
      const response = await this.#answer(request, origin);
      return origin.wire === undefined ? secured(response) : response;
    } catch (error) {
      this.#options.log.error("A request failed in the gateway.", { error: messageOf(error) });
      return problem(500, "The request failed inside the server; the log says more.");
    }
  }

  async #answer(request: Request, origin: RequestOrigin): Promise<Response> {
    const target = targetOf(request.url);
    const odd = origin.wire === undefined ? refuseTarget(target) : undefined;
    if (odd !== undefined) return problem(400, odd);
    const host = headerOf(request, origin, "host") ?? new URL(request.url).host;
    const refusal = guardHost(host, this.#boundHosts(), this.#options.settings());
    if (refusal !== undefined) return refusal;
    const path = pathOf(target);
    const isAdmin = path === ADMIN_PREFIX || path.startsWith(`${ADMIN_PREFIX}/`);
    const foreign = isAdmin ? (guardOrigin(request, origin, host) ?? guardMediaType(request, origin)) : undefined;
    if (foreign !== undefined) return foreign;
    const limited = hasBody(request, origin) ? await limitBody(request, origin) : request;
    if ("status" in limited) return limited;
    const { admin, open } = (this.#apps ??= this.#compose());
    return (isAdmin ? admin : open).fetch(limited, origin);
  }

  #boundHosts(): readonly string[] {
    const listening = this.#options.listening();
    const { host } = this.#options.settings();
    return listening === undefined ? [host] : [host, listening.address];
  }

  #compose(): ComposedApps {
    const { events, clock, log, requiredSecurity, status } = this.#options;
    const contributions = this.#contributions.values();
    const missing = requiredSecurity();
    const onFailure: FailureListener = (failure, plugin, context) => {
      const { method, path } = context.req;
      log.error("A request failed in a handler.", {
        plugin,
        method,
        path,
        error: failure.message,
        stack: stackOf(failure),
      });
    };
    const apps = {
      open: composeOpenApp({ contributions, missing, onFailure, status }),
      admin: composeAdminApp({ ...this.#options, contributions, onFailure }),
    };
    if (events.observed) {
      const routes = contributions.reduce((sum, one) => sum + one.routes.length + one.adminRoutes.length, 0);
      const names = missing.map(({ plugin }) => plugin);
      events.emit({ type: "gateway_composed", time: clock.now(), routes, missing: names });
    }
    return apps;
  }
}

function stackOf(failure: Error): string | undefined {
  return failure.cause instanceof Error ? failure.cause.stack : failure.stack;
}
