import { Attributor } from "../../runtime/attribution.ts";
import { ServiceContainer } from "../../runtime/container.ts";
import { type RuntimeEvent, RuntimeEvents } from "../../runtime/events.ts";
import { LifecycleManager } from "../../runtime/lifecycle/lifecycle.ts";
import type { PluginNode } from "../../runtime/lifecycle/plugin_node.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { ContributionSink, PluginContribution, RequestsInside } from "../../runtime/plugin_contribution.ts";
import type { ServiceKey } from "../../runtime/service_key.ts";
import type { ServiceState } from "../../runtime/state.ts";
import { ManualClock } from "../../runtime/testing/manual_clock.ts";
import { planSpecs, type PlanSpecOptions, type PluginSpec } from "./plugin_spec.ts";

/** Where contributions go in a test: kept by name, checked only by what the test says. */
export class RecordingSink implements ContributionSink {
  readonly admitted = new Map<string, PluginContribution>();
  /** Ends of the one request inside each plugin, that its withdrawal waits for. */
  readonly inside = new Map<string, Promise<void>>();
  staleMarks = 0;
  check: (contribution: PluginContribution) => void = () => undefined;

  admit(contribution: PluginContribution): void {
    this.check(contribution);
    this.admitted.set(contribution.plugin, contribution);
  }
  withdraw(plugin: string): RequestsInside | undefined {
    this.admitted.delete(plugin);
    const ended = this.inside.get(plugin);
    return ended && { count: 1, ended };
  }
  markStale(): void {
    this.staleMarks++;
  }
}

export interface KernelOptions extends PlanSpecOptions {
  /** Values behind `hostServices`. */
  readonly host?: ReadonlyMap<ServiceKey<unknown>, unknown>;
  readonly followContext?: boolean;
}

/** A LifecycleManager over the specs, with a manual clock, its events on record. Nothing is started yet. */
export class Kernel {
  readonly clock: ManualClock = new ManualClock();
  readonly container: ServiceContainer = new ServiceContainer();
  readonly events: RuntimeEvents = new RuntimeEvents();
  readonly recorded: RuntimeEvent[] = [];
  /** `name.phase` of every call into a plugin, in order. */
  readonly calls: string[] = [];
  readonly sink: RecordingSink = new RecordingSink();
  readonly attributor: Attributor;
  readonly manager: LifecycleManager;

  constructor(specs: readonly PluginSpec[], options: KernelOptions = {}) {
    const host = options.host ?? new Map<ServiceKey<unknown>, unknown>();
    for (const [key, value] of host) this.container.register(key, value);
    const { manifest, plan } = planSpecs(specs, { hostServices: [...host.keys()], ...options, calls: this.calls });
    this.events.on((event) => void this.recorded.push(event));
    this.attributor = new Attributor({ followContext: options.followContext ?? false });
    this.manager = new LifecycleManager({
      manifest,
      plan,
      clock: this.clock,
      events: this.events,
      container: this.container,
      attributor: this.attributor,
      contributions: this.sink,
      logger: () => silentLogger,
    });
  }

  node(name: string): PluginNode {
    return this.manager.nodes.get(name)!;
  }

  state(name: string): ServiceState {
    return this.node(name).state;
  }

  /** `{ name: state }` of all, in the manifest's order. */
  get states(): Record<string, ServiceState> {
    return Object.fromEntries([...this.manager.nodes.values()].map(({ name, state }) => [name, state]));
  }

  /** The states a plugin went through, after the first. */
  history(plugin: string): ServiceState[] {
    return this.recorded.flatMap((event) => (event.type === "plugin_state" && event.plugin === plugin ? event.to : []));
  }

  /** Events of one type. */
  of<Type extends RuntimeEvent["type"]>(type: Type): Extract<RuntimeEvent, { readonly type: Type }>[] {
    return this.recorded.filter(
      (event): event is Extract<RuntimeEvent, { readonly type: Type }> => event.type === type,
    );
  }

  /** The plugins whose `phase` was called, in order. */
  called(phase: "construct" | "initialize" | "start" | "stop"): string[] {
    return this.calls.filter((call) => call.endsWith(`.${phase}`)).map((call) => call.slice(0, -phase.length - 1));
  }
}

/** A kernel whose start has settled; only for plugins that need no time. */
export async function startedKernel(specs: readonly PluginSpec[], options: KernelOptions = {}): Promise<Kernel> {
  const kernel = new Kernel(specs, options);
  await kernel.manager.startAll();
  return kernel;
}

/** A promise that the test settles. */
export interface Deferred<T = void> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  critical: () => undefined,
  get local(): Logger {
    return silentLogger;
  },
};
