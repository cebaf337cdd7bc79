import assert from "node:assert/strict";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Attributor } from "../../runtime/attribution.ts";

/** Three real modules: a bus that calls back, a plugin that subscribes, a plugin that publishes. */
const sources = {
  "bus.mjs": `
    const listeners = new Set();
    export const subscribe = (listener) => void listeners.add(listener);
    export const publish = (value) => { for (const listener of listeners) listener(value); };
    export const clear = () => listeners.clear();
    export const check = (value) => { throw new TypeError("refused: " + value); };
  `,
  "subscriber.mjs": `
    export const onMessage = () => { throw new Error("from the subscriber"); };
    export const fail = () => { throw new Error("own"); };
  `,
  "publisher.mjs": `
    // Not a tail call: Bun leaves those out of the stack.
    export const call = (service, value) => [service(value)];
    export const failLater = () => Promise.resolve().then(() => { throw new Error("later"); });
  `,
};

interface Modules {
  bus: Record<"subscribe" | "publish" | "check", (value: unknown) => void> & { clear(): void };
  subscriber: Record<"onMessage" | "fail", () => void>;
  publisher: { call(service: (value: unknown) => void, value: unknown): void; failLater(): Promise<void> };
}

let folder: string;
let modules: Modules;

before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "backplane-attribution-")));
  for (const [name, source] of Object.entries(sources)) await writeFile(join(folder, name), source);
  const load = async (name: string): Promise<never> => (await import(url(name))) as never;
  modules = {
    bus: await load("bus.mjs"),
    subscriber: await load("subscriber.mjs"),
    publisher: await load("publisher.mjs"),
  };
});

after(async () => await rm(folder, { recursive: true }));

function url(name: string): string {
  return pathToFileURL(join(folder, name)).href;
}

/** Both plugins use the bus. */
function attributor(followContext = false): Attributor {
  const made = new Attributor({ followContext });
  const plugins = ["bus", "subscriber", "publisher"].map((name) => ({ name, root: url(`${name}.mjs`) }));
  made.know(plugins, (consumer, provider) => provider === "bus" && consumer !== "bus");
  return made;
}

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

test("an error from a plugin's own module is blamed on it", () => {
  assert.equal(attributor().suspect(thrownBy(modules.subscriber.fail))?.plugin, "subscriber");
});

test("an error that comes later, in a promise, is blamed by its stack", async () => {
  const error = await modules.publisher.failLater().catch((thrown: unknown) => thrown);
  assert.equal(attributor().suspect(error)?.plugin, "publisher");
});

test("what a service throws at a plugin that uses it is that plugin's doing", () => {
  const error = thrownBy(() => modules.publisher.call(modules.bus.check, "x"));
  assert.equal(attributor().suspect(error)?.plugin, "publisher");
});

test("a service that throws on its own account is blamed itself", () => {
  assert.equal(attributor().suspect(thrownBy(() => modules.bus.check("x")))?.plugin, "bus");
});

test("a subscriber's fault is the subscriber's, not the bus's nor the publisher's", () => {
  modules.bus.subscribe(modules.subscriber.onMessage);
  const error = thrownBy(() => modules.publisher.call(modules.bus.publish, "x"));
  modules.bus.clear();
  assert.equal(attributor().suspect(error)?.plugin, "subscriber");
});

test("a folder stands for all modules in it, the deepest root wins", () => {
  const made = new Attributor({ followContext: false });
  made.know(
    [
      { name: "folder", root: `${pathToFileURL(folder).href}/` },
      { name: "file", root: url("publisher.mjs") },
    ],
    () => false,
  );
  assert.equal(made.suspect(thrownBy(modules.subscriber.fail))?.plugin, "folder");
  assert.equal(made.suspect(thrownBy(() => modules.publisher.call(modules.subscriber.fail, 0)))?.plugin, "folder");
  const error = new Error("x");
  error.stack = `Error: x\n    at call (${url("publisher.mjs")}:1:1)`;
  assert.equal(made.suspect(error)?.plugin, "file");
});

test("an error whose message names a plugin's file is not blamed on it", () => {
  const error = new Error(`${url("subscriber.mjs")}:1:1 could not be read`);
  assert.equal(attributor().suspect(error)?.plugin, undefined);
});

test("a file whose name only begins like a plugin's is not the plugin's", () => {
  const error = new Error("x");
  error.stack = `Error: x\n    at call (${url("subscriber.mjs")}x:1:1)`;
  assert.equal(attributor().suspect(error)?.plugin, undefined);
});

for (const [form, place] of [
  ["a file URL", (): string => `${url("bus.mjs")}:1:1`],
  ["a path", (): string => `${join(folder, "bus.mjs")}:1:1`],
  ["a URL with a query", (): string => `${url("bus.mjs")}?v=2:1:1`],
] as const) {
  test(`a frame may show ${form}`, () => {
    const error = new Error("x");
    error.stack = `Error: x\n    at call (${place()})`;
    assert.equal(attributor().suspect(error)?.plugin, "bus");
  });
}

test("what a bound callback throws is blamed on its owner, whoever calls it, whatever it throws", () => {
  const made = attributor();
  for (const thrown of [Object.freeze({ frozen: true }), new Error("x")]) {
    const bound = made.bind("subscriber", () => {
      throw thrown;
    });
    const error = thrownBy(() => modules.publisher.call(bound, 0));
    assert.equal(error, thrown);
    assert.equal(made.suspect(error)?.plugin, "subscriber");
  }
});

test("through several bound callbacks the innermost is blamed", () => {
  const made = attributor();
  const inner = made.bind("subscriber", () => {
    throw Object.freeze({});
  });
  const outer = made.bind("publisher", inner);
  assert.equal(made.suspect(thrownBy(outer))?.plugin, "subscriber");
});

test("bind() hands arguments and results through", () => {
  assert.equal(attributor().bind("a", (x: number, y: number) => x + y)(1, 2), 3);
});

test("with context, an error without a useful stack is blamed on the plugin it runs as", async () => {
  const made = attributor(true);
  const blamed = await made.run("publisher", async () => {
    await new Promise((resolve) => void setTimeout(resolve, 1));
    return made.suspect("a primitive")?.plugin;
  });
  assert.equal(blamed, "publisher");
  assert.equal(made.suspect("a primitive")?.plugin, undefined);
});

test("with context, the stack still comes first", () => {
  const made = attributor(true);
  const error = thrownBy(modules.subscriber.fail);
  assert.equal(
    made.run("publisher", () => made.suspect(error)?.plugin),
    "subscriber",
  );
});

test("without context, what runs as a plugin and throws a primitive cannot be blamed", () => {
  const made = attributor();
  assert.equal(
    made.run("publisher", () => made.suspect("a primitive")?.plugin),
    undefined,
  );
});

for (const [what, error] of [
  ["an error of nobody's", new Error("x")],
  ["undefined", undefined],
  ["null", null],
  ["a number", 7],
  ["a symbol", Symbol("x")],
  ["an error without a stack", Object.assign(new Error("x"), { stack: undefined })],
  ["an error whose stack is no string", Object.assign(new Error("x"), { stack: { at: 1 } })],
  [
    "an error whose stack throws",
    {
      get stack(): string {
        throw new Error("no");
      },
    },
  ],
  ["a revoked proxy", revoked()],
] as const) {
  test(`${what} is blamed on nobody, and does no harm`, () => {
    assert.equal(attributor().suspect(error)?.plugin, undefined);
  });
}

test("current() names the plugin whose code is on the stack", () => {
  const made = attributor();
  let seen: string | undefined;
  modules.publisher.call(() => (seen = made.current()), 0);
  assert.equal(seen, "publisher");
  assert.equal(made.current(), undefined);
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
