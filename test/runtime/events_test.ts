import assert from "node:assert/strict";
import { test } from "node:test";
import { type RuntimeEvent, RuntimeEvents } from "../../runtime/events.ts";

const event: RuntimeEvent = { type: "runtime_starting", time: 0, plugins: 1 };

test("every listener gets every event until its undo is called", () => {
  const events = new RuntimeEvents();
  const seen: string[] = [];
  const undo = events.on(() => seen.push("first"));
  events.on(() => seen.push("second"));
  events.emit(event);
  undo();
  events.emit(event);
  assert.deepEqual(seen, ["first", "second", "second"]);
});

test("a listener that throws neither keeps the event from others nor loses the next one", () => {
  const events = new RuntimeEvents();
  let calls = 0;
  events.on(() => {
    calls++;
    throw new Error("boom");
  });
  events.on(() => calls++);
  events.emit(event);
  events.emit(event);
  assert.equal(calls, 4);
});

test("observed tells whether building an event is worth it", () => {
  const events = new RuntimeEvents();
  assert.equal(events.observed, false);
  const undo = events.on(() => undefined);
  assert.equal(events.observed, true);
  undo();
  assert.equal(events.observed, false);
});
