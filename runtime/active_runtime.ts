import { ensureAdminToken } from "./admin/token.ts";
import { Attributor } from "./attribution.ts";
import type { ServiceContainer } from "./container.ts";
import { prepareDataDir } from "./data_dir.ts";
import { BackplaneError } from "./errors.ts";
import type { RuntimeEvents } from "./events.ts";
import { Gateway } from "./gateway/gateway.ts";
import { type Listener, listen } from "./gateway/listener.ts";
import { mayListen } from "./gateway/loopback.ts";
import { HealthMonitor } from "./health.ts";
import { asyncContextIsCheap } from "./host.ts";
import { LifecycleManager } from "./lifecycle/lifecycle.ts";
import type { PluginNode } from "./lifecycle/plugin_node.ts";
import type { RuntimeLogger } from "./log/runtime_logger.ts";
import type { Attribution, ManifestSource } from "./manifest/manifest.ts";
import type { SettledOptions } from "./settle_options.ts";
import type { Prepared } from "./prepare.ts";
import { type PluginFailure, reportFailures } from "./plugin_failure.ts";
import type { PluginResult } from "./plugin_result.ts";
import { criticalRun, missingSecurity, resultOf, snapshotOf } from "./snapshots.ts";

export interface ActiveOptions {
  readonly options: SettledOptions;
  readonly prepared: Prepared;
  readonly container: ServiceContainer;
  readonly events: RuntimeEvents;
  readonly log: RuntimeLogger;
}

const LISTENER_DRAIN_MS = 5_000;
/** A stop that takes longer than this is told what it waits for. */
const DRAIN_TOLD_AFTER_MS = 1_000;
const REQUESTS_TOLD = 10;

/** What there is between `start()` and the end of `stop()`: plugins, gateway, health, listener, tied together. */
export class ActiveRuntime {
  readonly lifecycle: LifecycleManager;
  readonly gateway: Gateway;
  readonly health: HealthMonitor;
  readonly attributor: Attributor;
  readonly #active: ActiveOptions;
  #opening: Promise<void> | undefined;
  #listener: Listener | undefined;
  #adminToken: string | undefined;
  #startupSettled = false;
  #stopping = false;

  constructor(active: ActiveOptions) {
    const { prepared, options, container, events, log } = active;
    const { clock } = options;
    this.#active = active;
    this.attributor = new Attributor({ followContext: followsContext(prepared.manifest.system.attribution) });
    this.health = new HealthMonitor({
      snapshots: () => [...this.nodes].map((node) => snapshotOf(node, this.source.secrets)),
      snapshot: (name) => {
        const node = this.lifecycle.nodes.get(name);
        return node && snapshotOf(node, this.source.secrets);
      },
      clock,
    });
    this.gateway = new Gateway({
      settings: () => prepared.manifest.gateway,
      adminToken: () => this.#adminToken,
      listening: () => this.#listener,
      health: this.health,
      status: () => ({ startupSettled: this.#startupSettled, stopping: this.#stopping, ready: this.#ready }),
      requiredSecurity: () => missingSecurity(this.nodes),
      clock,
      log: log.logger("runtime", "gateway"),
      events,
    });
    this.lifecycle = new LifecycleManager({
      ...prepared,
      clock,
      events,
      container,
      attributor: this.attributor,
      contributions: this.gateway,
      logger: (plugin) => log.logger("plugin", plugin),
    });
    events.on((event) => void (event.type === "plugin_state" && this.health.markStale()));
    this.#introduceModules();
  }

  get nodes(): Iterable<PluginNode> {
    return this.lifecycle.nodes.values();
  }

  /** How each plugin stands, in the manifest's order. */
  results(): readonly PluginResult[] {
    return [...this.nodes].map((node) => resultOf(node, this.source));
  }

  get source(): ManifestSource {
    return this.#active.prepared.manifest.source;
  }

  /** Where it listens, or undefined. */
  get url(): string | undefined {
    return this.#listener?.url;
  }

  /**
   * Makes the data folder and the admin token, and listens if asked.
   * @throws RUNTIME_DATA_DIR, RUNTIME_KEY_*, GATEWAY_UNAUTHENTICATED, GATEWAY_PORT_IN_USE, GATEWAY_LISTEN_FAILED
   */
  open(): Promise<void> {
    this.#opening = this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    const { prepared, options, events, log } = this.#active;
    const { system, gateway } = prepared.manifest;
    await prepareDataDir(system.dataDir);
    this.#adminToken = await ensureAdminToken(system.dataDir);
    log.hide([this.#adminToken]);
    if (!options.listen) return;
    const { host, port } = gateway;
    this.#listener = await listen({ fetch: (request, origin) => this.gateway.fetch(request, origin), host, port });
    events.emit({ type: "gateway_listening", time: options.clock.now(), url: this.#listener.url });
  }

  /**
   * Starts every plugin. Resolves when all have settled.
   * @throws RUNTIME_START_FAILED when a critical plugin cannot run, GATEWAY_UNAUTHENTICATED
   */
  async start(): Promise<void> {
    const failed = await this.lifecycle.startAll();
    if (failed !== undefined) throw criticalError(resultOf(failed, this.source), reportFailures(this.results()));
    if (this.#listener !== undefined) {
      const running = [...this.nodes].filter((node) => isSecurity(node) && node.state === "running");
      const refused = mayListen(
        this.#active.prepared.manifest.gateway,
        running.map((node) => node.name),
      );
      if (refused !== undefined && !this.#stopping) throw refused;
    }
    this.#startupSettled = true;
  }

  /** Readiness turns 503, the listener drains, the plugins stop. @returns the plugins that were not awaited */
  async stop(): Promise<readonly string[]> {
    const { options } = this.#active;
    this.#stopping = true;
    this.lifecycle.endStart();
    const began = options.clock.monotonic();
    // A stop in the middle of opening must find the listener, to close it.
    await this.#opening?.catch(() => undefined);
    if (this.#listener !== undefined) await this.#closeListener(this.#listener);
    const left = options.stopBudgetMs - (options.clock.monotonic() - began);
    return await this.lifecycle.stopAll(Math.max(0, left));
  }

  async #closeListener(listener: Listener): Promise<void> {
    const { options, events } = this.#active;
    const { clock } = options;
    const drainMs = Math.min(LISTENER_DRAIN_MS, options.stopBudgetMs);
    const slow = clock.setTimeout(() => {
      const { requests } = listener;
      // Only connections are left, which nobody waits for.
      if (requests.length === 0) return;
      const waiting = requests.slice(0, REQUESTS_TOLD);
      const leftMs = Math.max(0, drainMs - DRAIN_TOLD_AFTER_MS);
      events.emit({ type: "gateway_draining", time: clock.now(), requests: requests.length, waiting, leftMs });
    }, DRAIN_TOLD_AFTER_MS);
    const cut = await listener.close(drainMs);
    slow[Symbol.dispose]();
    this.#listener = undefined;
    events.emit({ type: "gateway_closed", time: clock.now(), cut });
  }

  get #ready(): boolean {
    return this.#startupSettled && !this.#stopping && criticalRun(this.nodes);
  }

  #introduceModules(): void {
    const { entries } = this.#active.prepared.plan;
    const modules = entries.flatMap(({ name, loaded: { root } }) => (root === undefined ? [] : { name, root }));
    this.attributor.know(modules, (consumer, provider) => reaches(this.lifecycle.nodes, consumer, provider));
  }
}

/** Whether stray errors are also blamed by the asynchronous context they come from. */
export function followsContext(attribution: Attribution): boolean {
  return attribution === "context" || (attribution === "auto" && asyncContextIsCheap());
}

/** Whether one plugin depends on another, over however many steps. */
function reaches(nodes: ReadonlyMap<string, PluginNode>, from: string, to: string): boolean {
  const seen = new Set<PluginNode>();
  const queue = [nodes.get(from)];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node.name === to) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    queue.push(...node.dependencies, ...node.optionalDependencies);
  }
  return false;
}

function isSecurity(node: PluginNode): boolean {
  return node.plan?.kind === "security";
}

function criticalError({ plugin, state, cause }: PluginResult, failures: readonly PluginFailure[]): BackplaneError {
  const why = cause?.message ?? `it is ${state}.`;
  return new BackplaneError("RUNTIME_START_FAILED", `Cannot start: critical plugin "${plugin}" does not run: ${why}`, {
    remedy: cause?.remedy ?? "Look at its log lines.",
    details: { plugin, code: cause?.code, failures },
    cause,
  });
}
