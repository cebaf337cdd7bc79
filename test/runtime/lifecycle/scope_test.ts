import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "../../../runtime/lifecycle/scope.ts";
import { deferred } from "../kernel.ts";
import { service } from "../plugin_spec.ts";
import { ManualClock, promisesDone } from "../../../runtime/testing/manual_clock.ts";

test("own() refuses at once what could not be released", () => {
  const scope = new Scope("a", () => undefined);
  assert.throws(() => scope.own(5 as unknown as () => void), {
    name: "TypeError",
    message: /own\(\) takes a function/,
  });
});

test("close() with nothing owned is done at once", () => {
  assert.equal(new Scope("a", () => undefined).close(new ManualClock(), 100), undefined);
});

test("close() releases one after the other, last owned first", async () => {
  const scope = new Scope("a", () => undefined);
  const gate = deferred();
  const order: string[] = [];
  scope.own(() => order.push("first"));
  scope.own(async () => {
    order.push("second begins");
    await gate.promise;
    order.push("second ends");
  });
  const closed = scope.close(new ManualClock(), 100);
  await promisesDone();
  assert.deepEqual(order, ["second begins"]);
  gate.resolve();
  await closed;
  assert.deepEqual(order, ["second begins", "second ends", "first"]);
});

test("when the deadline of a release has passed the rest is released in order, no longer awaited, and told", async () => {
  const errors: unknown[] = [];
  const order: string[] = [];
  const clock = new ManualClock();
  const scope = new Scope("a", (error) => errors.push(error));
  for (const name of ["first", "second", "third"]) {
    scope.own(() => {
      order.push(name);
      return new Promise(() => undefined);
    });
  }
  const closed = scope.close(clock, 100);
  await clock.advance(99);
  assert.deepEqual(order, ["third"]);
  assert.equal(clock.pending.keepAlive, 1, "the process stays until the others are released");
  await clock.advance(1);
  await closed;
  assert.deepEqual(order, ["third", "second", "first"]);
  assert.match(String(errors[0]), /not released within 100 ms/);
});

test("close() twice releases once", async () => {
  let released = 0;
  const scope = new Scope("a", () => undefined);
  scope.own(() => released++);
  await scope.close(new ManualClock(), 100);
  assert.equal(scope.close(new ManualClock(), 100), undefined);
  assert.equal(released, 1);
});

test("what is owned after the end of the run but before its release is released with the rest", async () => {
  const order: string[] = [];
  const scope = new Scope("a", () => undefined);
  scope.own(() => order.push("early"));
  scope.end();
  scope.own(() => order.push("late"));
  await scope.close(new ManualClock(), 100);
  assert.deepEqual(order, ["late", "early"]);
});

test("own() answers what it was given", () => {
  const resource = { [Symbol.dispose]: () => undefined };
  assert.equal(new Scope("a", () => undefined).own(resource), resource);
});

test("a signal that is first asked for after the end is aborted already", () => {
  const scope = new Scope("a", () => undefined);
  scope.end();
  assert.equal(scope.signal.aborted, true);
  assert.equal((scope.signal.reason as Error).name, "AbortError");
});

test("a service is offered once in a run: SERVICE_ALREADY_PROVIDED, by name", () => {
  const scope = new Scope("a", () => undefined);
  scope.offer(service("db"), 1);
  assert.throws(() => scope.offer(service("db", "2.0.0"), 2), { code: "SERVICE_ALREADY_PROVIDED" });
});

test("nothing can be offered once the run has ended: SERVICE_SCOPE_CLOSED", () => {
  const scope = new Scope("a", () => undefined);
  scope.end();
  assert.throws(() => scope.offer(service("db"), 1), { code: "SERVICE_SCOPE_CLOSED" });
});

test("Scope.signal takes a listener for each of many requests without a warning", async (context) => {
  const warned = context.mock.fn();
  process.on("warning", warned);
  context.after(() => void process.off("warning", warned));
  const { signal } = new Scope("a", () => undefined);
  for (let request = 0; request < 100; request++) signal.addEventListener("abort", () => undefined);
  await promisesDone();
  assert.equal(warned.mock.callCount(), 0);
});
