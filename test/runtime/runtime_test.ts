import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import * as v from "valibot";
import {
  BackplaneError,
  BusinessPlugin,
  config,
  createRuntime,
  type GatewayContext,
  hostService,
  type LogRecord,
  perConsumer,
  type PluginMetadata,
  type RegisteredClass,
  type Runtime,
  type RuntimeEvent,
  type Route,
  type RuntimeOptions,
  SecurityPlugin,
  serviceKey,
  type ServiceRequirement,
  versioned,
} from "../../mod.ts";
import { tempDir } from "../temp_dir.ts";

const greeting = serviceKey<string>("greeting", "1.0.0");

function metadata(extra: Partial<PluginMetadata> = {}): PluginMetadata {
  return { name: "Test", version: "1.0.0", description: "for a test", ...extra };
}

class Provider extends BusinessPlugin {
  static override readonly metadata = metadata({ provides: [greeting] });
  override start(): void {
    this.provideService(greeting, "hello");
  }
}

class Consumer extends BusinessPlugin {
  static override readonly metadata = metadata({ requires: [greeting] });
  override initialize(): void {
    this.log.info(`got ${this.requireService(greeting)}`);
  }
}

class Plain extends BusinessPlugin {
  static override readonly metadata = metadata();
}

class Failing extends BusinessPlugin {
  static override readonly metadata = metadata();
  override start(): void {
    throw new Error("no luck");
  }
}

interface Given {
  readonly plugins: NonNullable<RuntimeOptions["plugins"]>;
  readonly entries?: Readonly<Record<string, object>>;
  readonly gateway?: object;
  readonly options?: Partial<RuntimeOptions>;
}

async function make(context: TestContext, given: Given): Promise<Runtime> {
  const entries = Object.fromEntries(Object.keys(given.plugins).map((name) => [name, given.entries?.[name] ?? {}]));
  const runtime = createRuntime({
    manifestObject: { core: { api_gateway: { port: 0, ...given.gateway, plugins: entries } } },
    baseDir: await tempDir(context),
    plugins: given.plugins,
    ...given.options,
  });
  context.after(async () => void (await runtime.stop()));
  return runtime;
}

const coded = (code: string) => (error: unknown) => error instanceof BackplaneError && error.code === code;

test("createRuntime() does nothing: no file is read before start() or plan()", () => {
  createRuntime({ manifest: "/there/is/no/such/core.yaml" });
});

test("createRuntime() refuses two manifests at once and a text without its folder", () => {
  assert.throws(
    () => createRuntime({ manifest: "a", manifestText: "b", baseDir: "/" }),
    coded("RUNTIME_OPTIONS_INVALID"),
  );
  assert.throws(() => createRuntime({ manifestText: "core:" }), coded("RUNTIME_OPTIONS_INVALID"));
});

test("start() answers one row for each plugin, with its state, duration and cause", async (t) => {
  const plugins = { provider: Provider, failing: Failing, off: Plain };
  const runtime = await make(t, { plugins, entries: { off: { enabled: false } } });
  const rows = await runtime.start();
  assert.deepEqual(
    rows.map((row) => [row.plugin, row.state, row.cause?.code]),
    [
      ["provider", "running", undefined],
      ["failing", "error", "PLUGIN_START_FAILED"],
      ["off", "disabled", undefined],
    ],
  );
  assert.equal(typeof rows[0]?.durationMs, "number");
  assert.match(rows[1]?.cause?.message ?? "", /Cannot start plugin "failing": start\(\) failed: no luck\./);
});

test("start() rejects when a critical plugin fails, after everything was stopped again", async (t) => {
  const stopped: string[] = [];
  class Bystander extends Plain {
    override stop(): void {
      stopped.push(this.name);
    }
  }
  const plugins = { first: Bystander, second: Bystander, failing: Failing };
  const entries = { failing: { critical: true, priority: 900 } };
  const runtime = await make(t, { plugins, entries });
  await assert.rejects(runtime.start(), coded("RUNTIME_START_FAILED"));
  assert.deepEqual(stopped, ["second", "first"]);
});

test("start() rejects when a critical plugin is blocked", async (t) => {
  class FailingProvider extends Failing {
    static override readonly metadata = metadata({ provides: [greeting] });
  }
  const plugins = { provider: FailingProvider, consumer: Consumer };
  const runtime = await make(t, { plugins, entries: { consumer: { critical: true } } });
  await assert.rejects(runtime.start(), coded("RUNTIME_START_FAILED"));
});

test("start() can be called once", async (t) => {
  const runtime = await make(t, { plugins: { plain: Plain } });
  await runtime.start();
  await assert.rejects(runtime.start(), coded("RUNTIME_ALREADY_STARTED"));
  await runtime.stop();
  await assert.rejects(runtime.start(), coded("RUNTIME_STOPPED"));
});

test("stop() is safe before start() and twice", async (t) => {
  const early = await make(t, { plugins: { plain: Plain } });
  assert.deepEqual(await early.stop(), { abandoned: [], problems: [] });
  const runtime = await make(t, { plugins: { plain: Plain } });
  await runtime.start();
  assert.equal(await runtime.stop(), await runtime.stop());
});

test("stop() while the modules are loaded is told in events, and start() says so", async (t) => {
  const manifestObject = { core: { api_gateway: { plugins: { slow: { module: "./slow.mjs" } } } } };
  const baseDir = await tempDir(t);
  await writeFile(join(baseDir, "slow.mjs"), "await new Promise((resolve) => setTimeout(resolve, 200));");
  const runtime = createRuntime({ manifestObject, baseDir });
  const told: string[] = [];
  runtime.on((event) => void told.push(event.type));
  const refused = assert.rejects(runtime.start(), coded("RUNTIME_STOPPED"));
  while (runtime.manifest === undefined) await new Promise(setImmediate);
  await runtime.stop();
  assert.deepEqual(told, ["runtime_starting", "runtime_stopping", "runtime_stopped"]);
  await refused;
});

test("a listener that stops when it is told of a stop, or starts when it is told of a start, changes nothing", async (t) => {
  const runtime = await make(t, { plugins: { plain: Plain } });
  await runtime.plan();
  const told: string[] = [];
  let again: Promise<unknown> | undefined;
  runtime.on((event) => {
    told.push(event.type);
    if (event.type === "runtime_starting") again = runtime.start().catch((error: BackplaneError) => error.code);
    if (event.type === "runtime_stopping") void runtime.stop();
  });
  await runtime.start();
  assert.equal(await again, "RUNTIME_ALREADY_STARTED");
  await runtime.stop();
  const count = (type: string): number => told.filter((one) => one === type).length;
  const types = ["runtime_starting", "runtime_started", "runtime_stopping", "runtime_stopped"];
  assert.deepEqual(types.map(count), [1, 1, 1, 1]);
});

test("what is stopped before its manifest is read is told in no event, nor is what follows", async (t) => {
  for (const planned of [true, false]) {
    const runtime = await make(t, { plugins: { plain: Plain } });
    if (planned) await runtime.plan();
    const told: string[] = [];
    runtime.on((event) => void told.push(event.type));
    const refused = assert.rejects(runtime.start(), coded("RUNTIME_STOPPED"));
    await runtime.stop();
    await refused;
    assert.deepEqual(told, []);
  }
});

test("what is stopped while its manifest is read is told in no event, nor is what follows", async (t) => {
  const manifest = join(await tempDir(t), "core.yaml");
  await writeFile(manifest, "core: { api_gateway: { plugins: {} } }");
  const runtime = createRuntime({ manifest });
  const told: string[] = [];
  runtime.on((event) => void told.push(event.type));
  const refused = assert.rejects(runtime.start(), coded("RUNTIME_STOPPED"));
  // The start has begun then, and waits for the file.
  await Promise.resolve();
  await runtime.stop();
  await refused;
  assert.notEqual(runtime.manifest, undefined);
  assert.deepEqual(told, []);
});

test("a start that fails on the manifest is told by its error alone, not by events", async (t) => {
  const runtime = createRuntime({ manifestObject: { cor: {} }, baseDir: await tempDir(t) });
  const told: string[] = [];
  runtime.on((event) => void told.push(event.type));
  await assert.rejects(runtime.start(), coded("MANIFEST_INVALID"));
  assert.deepEqual(told, []);
});

test("start() after plan() is told in events like any", async (t) => {
  const runtime = await make(t, { plugins: { plain: Plain } });
  await runtime.plan();
  const told: string[] = [];
  runtime.on((event) => void told.push(event.type));
  await runtime.start();
  assert.deepEqual([told[0], told.at(-1)], ["runtime_starting", "runtime_started"]);
});

test("stop() during start() aborts the phase in flight, and start() says so", async (t) => {
  let aborted = false;
  class Slow extends Plain {
    override start(): Promise<void> {
      this.signal.addEventListener("abort", () => (aborted = true));
      return new Promise(() => {});
    }
  }
  const runtime = await make(t, { plugins: { slow: Slow, late: Plain }, entries: { late: { priority: 900 } } });
  const states: string[] = [];
  const inFlight = new Promise<void>((resolve) => {
    runtime.on((event) => {
      if (event.type !== "plugin_state") return;
      states.push(`${event.plugin} ${event.to}`);
      if (event.to === "starting") setImmediate(resolve);
    });
  });
  const starting = runtime.start();
  const refused = assert.rejects(starting, coded("RUNTIME_STOPPED"));
  await inFlight;
  await runtime.stop();
  await refused;
  assert.equal(aborted, true);
  assert.deepEqual(states.slice(-3), ["late stopped", "slow stopping", "slow stopped"]);
});

test("stop() during start() lets nothing further start, also while a request is still being answered", async (t) => {
  let answer: (() => void) | undefined;
  let asked: (() => void) | undefined;
  const inside = new Promise<void>((resolve) => (asked = resolve));
  class Slow extends Plain {
    override start(): Promise<void> {
      return new Promise(() => {});
    }
  }
  class Serving extends Plain {
    override routes(): Route[] {
      const handler = async (context: GatewayContext): Promise<Response> => {
        asked?.();
        await new Promise<void>((resolve) => (answer = resolve));
        return context.text("done");
      };
      return [{ method: "GET", path: "/api/v1/slow", access: "public", handler }];
    }
  }
  const plugins = { serving: Serving, slow: Slow, late: Plain };
  const entries = { serving: { priority: 1 }, slow: { priority: 2 }, late: { priority: 3 } };
  const runtime = await make(t, { plugins, entries, options: { listen: true } });
  const states: string[] = [];
  const begun = new Promise<void>((resolve) => {
    runtime.on((event) => {
      if (event.type !== "plugin_state") return;
      states.push(`${event.plugin} ${event.to}`);
      if (event.plugin === "slow" && event.to === "starting") setImmediate(resolve);
    });
  });
  const refused = assert.rejects(runtime.start(), coded("RUNTIME_STOPPED"));
  await begun;
  const response = fetch(`${runtime.url}/api/v1/slow`);
  await inside;
  const stopping = runtime.stop();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(states.slice(-3).toSorted(), ["late stopped", "slow stopped", "slow stopping"]);
  answer?.();
  assert.equal(await (await response).text(), "done");
  await stopping;
  await refused;
  assert.ok(!states.includes("late initializing"));
});

test("a plugin that awaits the lifecycle inside its own phase gets a coded error", async (t) => {
  const self: { runtime?: Runtime } = {};
  class Impatient extends Plain {
    override async start(): Promise<void> {
      await self.runtime!.stopPlugin("impatient");
    }
  }
  self.runtime = await make(t, { plugins: { impatient: Impatient } });
  const [row] = await self.runtime.start();
  assert.equal(row?.state, "error");
  assert.ok(row?.cause?.cause instanceof BackplaneError);
  assert.equal(row.cause.cause.code, "RUNTIME_REENTRANT");
});

test("stopPlugin() blocks what depends on it, and startPlugin() lets it follow by itself", async (t) => {
  const runtime = await make(t, { plugins: { provider: Provider, consumer: Consumer } });
  await runtime.start();
  assert.equal((await runtime.stopPlugin("provider")).state, "stopped");
  const blocked = await runtime.startPlugin("consumer");
  assert.deepEqual([blocked.state, blocked.cause?.code], ["blocked", "PLUGIN_BLOCKED"]);
  assert.match(blocked.cause?.message ?? "", /Cannot start plugin "consumer": provider does not run\./);
  const { plugins } = await runtime.health();
  assert.equal(plugins["consumer"]?.state, "blocked");
  assert.throws(() => runtime.service(greeting), coded("SERVICE_UNAVAILABLE"));
  const followed = new Promise<void>((resolve) => {
    runtime.on(
      (event) =>
        void (event.type === "plugin_state" && event.to === "running" && event.plugin === "consumer" && resolve()),
    );
  });
  assert.equal((await runtime.startPlugin("provider")).state, "running");
  await followed;
  assert.equal(runtime.service(greeting), "hello");
});

test("startPlugin() refuses strangers and what is disabled", async (t) => {
  const runtime = await make(t, { plugins: { plain: Plain, off: Plain }, entries: { off: { enabled: false } } });
  await assert.rejects(runtime.startPlugin("plain"), coded("RUNTIME_NOT_STARTED"));
  await runtime.start();
  await assert.rejects(runtime.startPlugin("stranger"), coded("PLUGIN_UNKNOWN"));
  await assert.rejects(runtime.stopPlugin("off"), coded("PLUGIN_DISABLED"));
  await assert.rejects(runtime.stopPlugin("off"), { remedy: "Set enabled: true for off in the manifest and restart." });
});

test("services of the host, config among them, are there for plugins", async (t) => {
  const seen: unknown[] = [];
  const answer = serviceKey<number>("answer", "1.2.0");
  class Asker extends BusinessPlugin {
    static override readonly metadata = metadata({ requires: [config, versioned(answer, "^1")] });
    override initialize(): void {
      seen.push(this.requireService(answer), this.requireService(config).name);
    }
  }
  const runtime = await make(t, { plugins: { asker: Asker }, options: { services: [hostService(answer, 42)] } });
  await runtime.start();
  assert.deepEqual(seen, [42, "backplane"]);
});

test("a secret of the manifest that a plugin throws is shown nowhere", async (t) => {
  const secret = "correct-horse-battery";
  class Careless extends BusinessPlugin<{ password: string }> {
    static override readonly metadata: PluginMetadata<{ password: string }> = {
      ...metadata(),
      config: v.strictObject({ password: v.string() }),
    };
    override start(): void {
      throw new Error(`cannot log in with ${this.config.password}`);
    }
  }
  const records: LogRecord[] = [];
  const runtime = await make(t, {
    plugins: { careless: Careless },
    entries: { careless: { config: { password: "${env:PASSWORD}" } } },
    options: { variables: { PASSWORD: secret }, logger: (record) => void records.push(record) },
  });
  const [row] = await runtime.start();
  assert.equal(row?.cause?.message, 'Cannot start plugin "careless": start() failed: cannot log in with [hidden].');
  assert.ok(!JSON.stringify(records).includes(secret));
});

test("a plugin that could not be loaded counts as a security plugin, unless it is of another band", async (t) => {
  const missing = { module: "./there-is-no-such-file.ts" };
  const open = new Request("http://127.0.0.1/api/v1/anything");
  const statusWith = async (priority: number | undefined): Promise<number> => {
    const entries = { lost: priority === undefined ? missing : { ...missing, priority } };
    const runtime = await make(t, { plugins: { lost: Plain }, entries });
    await runtime.start();
    return (await runtime.fetch(open, { remoteAddress: "127.0.0.1" })).status;
  };
  for (const priority of [undefined, 15, 20, 21]) assert.equal(await statusWith(priority), 503, String(priority));
  for (const priority of [10, 30, 40, 50]) assert.equal(await statusWith(priority), 404, String(priority));
});

test("service() makes a per-consumer service for the host once, however often it is asked for", async (t) => {
  const key = serviceKey<{ consumer: string }>("personal", "1.0.0");
  const personal = perConsumer((consumer) => ({ consumer: consumer.name }));
  const runtime = await make(t, { plugins: { plain: Plain }, options: { services: [hostService(key, personal)] } });
  await runtime.start();
  assert.equal(runtime.service(key).consumer, "host");
  assert.equal(runtime.service(key), runtime.service(key));
});

test("blame() answers false for an error that no plugin is part of", async (t) => {
  const runtime = await make(t, { plugins: { provider: Provider } });
  await runtime.start();
  assert.equal(runtime.blame(new Error("from nowhere")), false);
  assert.equal(runtime.blame("not even an error"), false);
});

test("the runtime's log reaches the host's logger from the first line", async (t) => {
  const records: LogRecord[] = [];
  const logger = (record: LogRecord): void => void records.push(record);
  const runtime = await make(t, { plugins: { provider: Provider, consumer: Consumer }, options: { logger } });
  await runtime.start();
  assert.match(records[0]?.message ?? "", /Starting; plugins: 2/);
  assert.ok(
    records.some(
      (record) => record.subsystem === "plugin" && record.module === "consumer" && record.message === "got hello",
    ),
  );
});

test("on() hands over events and answers its undo", async (t) => {
  const runtime = await make(t, { plugins: { plain: Plain } });
  const events: RuntimeEvent[] = [];
  const undo = runtime.on((event) => void events.push(event));
  await runtime.start();
  assert.deepEqual(
    events.map((event) => event.type),
    ["runtime_starting", "plugin_state", "plugin_state", "plugin_state", "plugin_state", "runtime_started"],
  );
  undo();
  await runtime.stop();
  assert.equal(events.length, 6);
});

test("a listener beyond loopback is refused without a security plugin that runs", async (t) => {
  const gateway = { host: "0.0.0.0" };
  const bare = await make(t, { plugins: { plain: Plain }, gateway, options: { listen: true } });
  await assert.rejects(bare.start(), coded("GATEWAY_UNAUTHENTICATED"));
  class Broken extends SecurityPlugin {
    static override readonly metadata = metadata();
    override start(): void {
      throw new Error("no keys");
    }
    override handle(): Promise<void> {
      return Promise.resolve();
    }
  }
  const broken = await make(t, { plugins: { broken: Broken }, gateway, options: { listen: true } });
  await assert.rejects(broken.start(), coded("GATEWAY_UNAUTHENTICATED"));
});

test("plan() tells the order and constructs nothing", async (t) => {
  let constructed = 0;
  class Counted extends Provider {
    override initialize(): void {
      constructed++;
    }
  }
  const runtime = await make(t, { plugins: { consumer: Consumer, provider: Counted } });
  const plan = await runtime.plan();
  assert.deepEqual(
    plan.entries.map((entry) => entry.name),
    ["provider", "consumer"],
  );
  assert.equal(constructed, 0);
});

test("plan() rejects with all faults of the graph at once", async (t) => {
  const missing = (name: string): RegisteredClass => {
    const key: ServiceRequirement = serviceKey(name, "1.0.0");
    return class extends BusinessPlugin {
      static override readonly metadata = metadata({ requires: [key] });
    };
  };
  const plugins = { a: missing("one"), b: missing("two"), c: Plain, d: Plain };
  const entries = { c: { depends_on: ["d"] }, d: { depends_on: ["c"] } };
  const runtime = await make(t, { plugins, entries });
  await assert.rejects(runtime.plan(), (error: unknown) => {
    assert.ok(error instanceof BackplaneError);
    assert.deepEqual(error.faults.map((fault) => fault.code).toSorted(), [
      "PLAN_CYCLE",
      "PLAN_MISSING_SERVICE",
      "PLAN_MISSING_SERVICE",
    ]);
    return true;
  });
});
