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

interface KnownHost {
  readonly host: string;
  readonly settings: GatewaySettings;
  readonly address: string | undefined;
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
  /** The last Host that was let through, and what it was judged by: nearly every request has the same. */
  #knownHost: KnownHost | undefined;

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

  /**
   * Never throws nor rejects. Answers at once where nobody has to be waited for: the adapter sends such an answer without
   * a promise, which costs less than half as much.
   */
  fetch(request: Request, origin: RequestOrigin = {}): Response | Promise<Response> {
    try {
      const answer = this.#answer(request, origin);
      return answer instanceof Promise ? this.#settle(answer, origin) : finish(answer, origin);
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #settle(answer: Promise<Response>, origin: RequestOrigin): Promise<Response> {
    try {
      return finish(await answer, origin);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): Response {
    this.#options.log.error("A request failed in the gateway.", { error: messageOf(error) });
    return problem(500, "The request failed inside the server; the log says more.");
  }

  #answer(request: Request, origin: RequestOrigin): Response | Promise<Response> {
    const target = targetOf(request.url);
    const odd = origin.wire === undefined ? refuseTarget(target) : undefined;
    if (odd !== undefined) return problem(400, odd);
    const host = headerOf(request, origin, "host") ?? new URL(request.url).host;
    const refusal = this.#refuseHost(host);
    if (refusal !== undefined) return refusal;
    const path = pathOf(target);
    const isAdmin = path === ADMIN_PREFIX || path.startsWith(`${ADMIN_PREFIX}/`);
    const foreign = isAdmin ? (guardOrigin(request, origin, host) ?? guardMediaType(request, origin)) : undefined;
    if (foreign !== undefined) return foreign;
    if (!hasBody(request, origin)) return this.#pass(request, origin, isAdmin);
    return limitBody(request, origin).then((limited) => {
      return "status" in limited ? limited : this.#pass(limited, origin, isAdmin);
    });
  }

  #refuseHost(host: string): Response | undefined {
    const settings = this.#options.settings();
    const address = this.#options.listening()?.address;
    const known = this.#knownHost;
    if (known?.host === host && known.settings === settings && known.address === address) return undefined;
    const refusal = guardHost(host, address === undefined ? [settings.host] : [settings.host, address], settings);
    if (refusal === undefined) this.#knownHost = { host, settings, address };
    return refusal;
  }

  #pass(request: Request, origin: RequestOrigin, isAdmin: boolean): Response | Promise<Response> {
    const { admin, open } = (this.#apps ??= this.#compose());
    return (isAdmin ? admin : open).fetch(request, origin);
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

/** Over a listener the security headers are there already. */
function finish(response: Response, origin: RequestOrigin): Response {
  return origin.wire === undefined ? secured(response) : response;
}

function stackOf(failure: Error): string | undefined {
  return failure.cause instanceof Error ? failure.cause.stack : failure.stack;
}
