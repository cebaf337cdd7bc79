import type { Clock } from "./clock.ts";
import {
  buildReport,
  describePlugin,
  type HealthReport,
  type PluginHealth,
  type PluginSnapshot,
  runCheck,
} from "./health_report.ts";
import type { HealthCheck } from "./plugin.ts";

export interface HealthMonitorOptions {
  readonly snapshots: () => readonly PluginSnapshot[];
  /** Of one plugin; undefined when there is no such plugin. */
  readonly snapshot: (name: string) => PluginSnapshot | undefined;
  readonly clock: Clock;
  /** How long an answer of a check, and a report nobody marked stale, are good for. Default: 1,000. */
  readonly cacheMs?: number;
}

/** A report with its text, which is written once for all who ask while nothing changes. */
export interface CachedReport {
  readonly report: HealthReport;
  readonly text: string;
}

interface CachedAnswer {
  /** Tells runs of the same plugin apart. */
  readonly since: number;
  expires: number;
  readonly answer: Promise<HealthCheck>;
}

/** Asks the running plugins how they are: each under its own deadline, all at once, whoever asks sharing one answer. */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #cacheMs: number;
  readonly #answers = new Map<string, CachedAnswer>();
  #cached: (CachedReport & { readonly expires: number }) | undefined;
  #pending: Promise<CachedReport> | undefined;
  /** Counts the changes: a report begun before the last one is answered but not kept. */
  #generation = 0;

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
    this.#cacheMs = options.cacheMs ?? 1_000;
  }

  /** A plugin's state changed: the next report looks again. Answers of checks keep for their moment. */
  markStale(): void {
    this.#generation += 1;
    this.#cached = undefined;
    this.#pending = undefined;
  }

  snapshots(): readonly PluginSnapshot[] {
    return this.#options.snapshots();
  }

  /** @returns undefined when there is no such plugin */
  snapshot(name: string): PluginSnapshot | undefined {
    return this.#options.snapshot(name);
  }

  /** All plugins. Takes as long as the slowest check, at most its deadline. */
  async report(): Promise<HealthReport> {
    return (this.cachedReport() ?? (await this.freshReport())).report;
  }

  /** @returns the last report while it is good, without waiting for anything */
  cachedReport(): CachedReport | undefined {
    const cached = this.#cached;
    return cached !== undefined && this.#options.clock.monotonic() < cached.expires ? cached : undefined;
  }

  freshReport(): Promise<CachedReport> {
    this.#pending ??= this.#makeReport();
    return this.#pending;
  }

  /** @returns undefined when there is no such plugin */
  async plugin(name: string): Promise<PluginHealth | undefined> {
    const snapshot = this.snapshot(name);
    if (snapshot === undefined) return undefined;
    return describePlugin(snapshot, snapshot.check && (await this.#answerOf(snapshot)));
  }

  async #makeReport(): Promise<CachedReport> {
    const generation = this.#generation;
    const snapshots = this.snapshots();
    const checked = snapshots.filter(({ check }) => check !== undefined);
    this.#keepOnly(checked);
    const answers = new Map<string, HealthCheck>();
    await Promise.all(checked.map(async (snapshot) => answers.set(snapshot.name, await this.#answerOf(snapshot))));
    const report = buildReport(snapshots, answers);
    const cached = { report, text: JSON.stringify(report), expires: this.#expiry() };
    if (generation === this.#generation) {
      this.#cached = cached;
      this.#pending = undefined;
    }
    return cached;
  }

  #answerOf(snapshot: PluginSnapshot): Promise<HealthCheck> {
    const known = this.#answers.get(snapshot.name);
    if (known !== undefined && known.since === snapshot.since && this.#options.clock.monotonic() < known.expires) {
      return known.answer;
    }
    const answer = runCheck(snapshot, this.#options.clock);
    // While in flight it is shared: its own deadline bounds it.
    const entry = { since: snapshot.since, expires: Number.POSITIVE_INFINITY, answer };
    this.#answers.set(snapshot.name, entry);
    void answer.then(() => (entry.expires = this.#expiry()));
    return answer;
  }

  #expiry(): number {
    return this.#options.clock.monotonic() + this.#cacheMs;
  }

  /** Forgets the answers of plugins that no longer run. */
  #keepOnly(checked: readonly PluginSnapshot[]): void {
    if (this.#answers.size <= checked.length) return;
    const names = new Set(checked.map(({ name }) => name));
    for (const name of this.#answers.keys()) if (!names.has(name)) this.#answers.delete(name);
  }
}
