import assert from "node:assert/strict";
import { BackplaneError } from "../../../runtime/errors.ts";
import type { RuntimeEvent } from "../../../runtime/events.ts";
import type { PluginNode } from "../../../runtime/lifecycle/plugin_node.ts";
import type { BasePlugin } from "../../../runtime/plugin.ts";
import { canTransition, isSettled } from "../../../runtime/state.ts";
import { Kernel } from "../kernel.ts";
import { type PluginSpec, service } from "../plugin_spec.ts";
import { act, type Behaviour, type PluginScript, type Reaction, type Schedule } from "./schedules.ts";

/** What one run of one plugin has seen. */
interface RunRecord {
  readonly plugin: string;
  startsBegun: number;
  ran: boolean;
  stops: number;
  /** How often each owned resource was released. */
  readonly released: number[];
}

/** Runs one schedule and checks, at every event, what must hold at any time. */
export class Trial {
  readonly runs: RunRecord[] = [];
  readonly kernel: Kernel;
  readonly #scripts: readonly PluginScript[];
  readonly #count = new Map<string, number>();
  /** In the order in which they came to run. */
  readonly #running: string[] = [];
  readonly #wanted = new Map<string, boolean>();
  readonly #faults: unknown[] = [];
  /** Commands that have not come to an end. */
  readonly #open = new Set<string>();
  readonly #reactions: readonly Reaction[];
  #events = 0;
  #commands = 0;
  #stopping = false;
  #budgetSpent = false;

  constructor({ plugins, reactions }: Schedule) {
    this.#scripts = plugins;
    this.#reactions = reactions;
    this.kernel = new Kernel(plugins.map((script, index) => this.#spec(script, index)));
    this.kernel.events.on((event) => {
      try {
        this.#check(event);
      } catch (error) {
        this.#faults.push(error);
      }
    });
    for (const node of this.kernel.manager.nodes.values()) this.#wanted.set(node.name, true);
  }

  async play({ commands, budgetMs }: Schedule): Promise<void> {
    const { manager, clock } = this.kernel;
    this.#follow("startAll", manager.startAll());
    for (const { afterMs, kind, plugin } of commands) {
      await clock.advance(afterMs);
      if (kind !== "pause") this.#command(kind, plugin);
      this.#throwFaults();
    }
    await clock.advance(10_000);
    this.#throwFaults();
    assert.deepEqual([...this.#open], [], "every command comes to an end");
    for (const node of manager.nodes.values()) this.#checkRest(node);
    await this.#stopAll(budgetMs);
  }

  /** Lets the start and the first commands run for a while, then stops all. */
  async cut({ commands, budgetMs }: Schedule, moment: number): Promise<void> {
    const { manager, clock } = this.kernel;
    let ended = false;
    void manager.startAll().then(() => (ended = true));
    await clock.advance(moment);
    for (const { plugin } of commands.filter(({ kind }) => kind === "stop")) {
      void manager.stop(this.kernel.node(`p${plugin % this.#scripts.length}`));
    }
    await this.#stopAll(budgetMs);
    assert.ok(ended, "startAll() ends too");
  }

  async #stopAll(budgetMs: number): Promise<void> {
    const { manager, clock } = this.kernel;
    this.#stopping = true;
    clock.setTimeout(() => (this.#budgetSpent = true), budgetMs);
    let stopped = false;
    manager.stopAll(budgetMs).then(
      () => (stopped = true),
      (error: unknown) => this.#faults.push(error),
    );
    await clock.advance(budgetMs);
    assert.ok(stopped, "stopAll ends within its budget");
    await clock.advance(10_000);
    this.#throwFaults();
    for (const node of manager.nodes.values()) {
      assert.equal(node.run, undefined);
      assert.ok(node.state === "stopped" || node.state === "error", `${node.name} is ${node.state} after stopAll`);
    }
    this.#checkRuns();
    assert.deepEqual(clock.pending, { all: 0, keepAlive: 0 }, "no timer is left behind");
  }

  #command(kind: Reaction["kind"], plugin: number): void {
    const { manager } = this.kernel;
    const node = this.kernel.node(`p${plugin % this.#scripts.length}`);
    if (kind === "fail") return manager.fail(node, strayError());
    if (this.#stopping) return;
    this.#wanted.set(node.name, kind === "start");
    this.#commands++;
    this.#follow(`${this.#commands} ${kind} ${node.name}`, manager[kind](node));
  }

  #follow(what: string, promise: Promise<unknown>): void {
    this.#open.add(what);
    promise.then(
      () => this.#open.delete(what),
      (error: unknown) => this.#faults.push(error),
    );
  }

  /** At rest everything is where its target and its dependencies put it. */
  #checkRest(node: PluginNode): void {
    const where = `${node.name} is ${node.state}`;
    assert.equal(node.leaving, false, where);
    assert.ok(isSettled(node.state), where);
    const blocked = node.dependencies.some((dependency) => dependency.state !== "running");
    const expected = node.error !== undefined ? "error" : !node.wanted ? "stopped" : blocked ? "blocked" : "running";
    assert.equal(node.state, expected, where);
    assert.equal(node.wanted, this.#wanted.get(node.name), "the last command decides");
  }

  #checkRuns(): void {
    for (const run of this.runs) {
      assert.ok(run.startsBegun <= 1, `${run.plugin}: each instance is started at most once`);
      assert.equal(run.stops, run.ran ? 1 : 0, `${run.plugin}: stop() is called exactly when start() succeeded`);
      assert.deepEqual(
        run.released,
        run.released.map(() => 1),
        `${run.plugin}: each owned resource is released once`,
      );
    }
  }

  #throwFaults(): void {
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  #check(event: RuntimeEvent): void {
    if (event.type !== "plugin_state") return;
    this.#events++;
    const { plugin, from, to } = event;
    const node = this.kernel.node(plugin);
    assert.ok(canTransition(from, to), `${plugin}: ${from} -> ${to}`);
    if (to === "running") {
      this.#running.push(plugin);
      this.runs.findLast((run) => run.plugin === plugin)!.ran = true;
      for (const other of node.dependencies) assert.equal(other.state, "running", `${plugin} needs ${other.name}`);
    }
    if (from === "running") {
      if (this.#stopping) assert.equal(this.#running.at(-1), plugin, "stops in the exact reverse order");
      this.#running.splice(this.#running.indexOf(plugin), 1);
      if (!this.#budgetSpent) {
        for (const other of node.dependents) assert.equal(other.run, undefined, `${other.name} outlives ${plugin}`);
      }
    }
    if (to === "initializing") assert.ok(!this.#stopping, "nothing starts during the stop of all");
    for (const { name, state } of this.kernel.manager.nodes.values()) {
      const visible = this.kernel.container.find(service(name)) !== undefined;
      assert.equal(visible, state === "running", `the service of ${name} while it is ${state}`);
    }
    for (const { atEvent, kind, plugin: other } of this.#reactions) {
      if (atEvent === this.#events) this.#command(kind, other);
    }
  }

  #spec(script: PluginScript, index: number): PluginSpec {
    const name = `p${index}`;
    const edges = index === 0 ? [] : script.edges.map(({ to, kind }) => ({ to: `p${to % index}`, kind }));
    const to = (kind: string): string[] => [
      ...new Set(edges.filter((edge) => edge.kind === kind).map((edge) => edge.to)),
    ];
    return {
      name,
      priority: script.priority,
      provides: [name],
      requires: to("requires"),
      dependsOn: to("depends_on"),
      optional: to("optional"),
      timeouts: { initializeMs: 20, startMs: 20, stopMs: 20 },
      construct: (plugin) => this.#construct(plugin, script),
      initialize: (plugin) => this.#perform(plugin, script.initialize),
      start: (plugin) => {
        this.#record(plugin).startsBegun++;
        for (const required of to("requires")) plugin.requireService(service(required));
        return this.#perform(plugin, script.start);
      },
      stop: (plugin) => {
        this.#record(plugin).stops++;
        return this.#perform(plugin, script.stop);
      },
    };
  }

  readonly #records = new WeakMap<BasePlugin, RunRecord>();

  #record(plugin: BasePlugin): RunRecord {
    return this.#records.get(plugin)!;
  }

  #construct(plugin: BasePlugin, script: PluginScript): void {
    const { name } = plugin;
    this.#count.set(name, (this.#count.get(name) ?? 0) + 1);
    const record: RunRecord = {
      plugin: name,
      startsBegun: 0,
      ran: false,
      stops: 0,
      released: script.owned.map(() => 0),
    };
    this.runs.push(record);
    this.#records.set(plugin, record);
    for (const [index, release] of script.owned.entries()) {
      plugin.own(() => {
        record.released[index]!++;
        return act(this.kernel.clock, release);
      });
    }
    if (script.drain === undefined) return;
    const { drain } = script;
    this.kernel.sink.inside.set(
      name,
      new Promise((resolve) => plugin.signal.addEventListener("abort", () => resolve(this.#drained(drain)))),
    );
  }

  async #drained(drain: Behaviour): Promise<void> {
    try {
      await act(this.kernel.clock, drain);
    } catch {
      // Requests that fail have ended too.
    }
  }

  #perform(plugin: BasePlugin, behaviours: readonly Behaviour[]): unknown {
    const run = this.#count.get(plugin.name)! - 1;
    return act(this.kernel.clock, behaviours[Math.min(run, behaviours.length - 1)]!);
  }
}

function strayError(): BackplaneError {
  return new BackplaneError("PLUGIN_STRAY_ERROR", "Cannot go on: a test says so.", { remedy: "None." });
}
