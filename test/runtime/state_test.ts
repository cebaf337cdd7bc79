import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError } from "../../runtime/errors.ts";
import { assertTransition, canTransition, isSettled, serviceStates, type ServiceState } from "../../runtime/state.ts";

const table: Readonly<Record<ServiceState, readonly ServiceState[]>> = {
  registered: ["initializing", "blocked", "stopped", "error"],
  initializing: ["initialized", "stopping", "error"],
  initialized: ["starting", "stopping", "error"],
  starting: ["running", "stopping", "error"],
  running: ["stopping"],
  stopping: ["stopped", "error", "blocked"],
  stopped: ["registered", "blocked"],
  error: ["registered", "blocked"],
  blocked: ["registered", "stopped"],
  disabled: [],
};

test("the states are those of the table, and no others", () => {
  assert.deepEqual(serviceStates.toSorted(), Object.keys(table).toSorted());
});

for (const from of serviceStates) {
  test(`from ${from} the way leads to ${table[from].join(", ") || "nowhere"} only`, () => {
    for (const to of serviceStates) {
      const allowed = table[from].includes(to);
      assert.equal(canTransition(from, to), allowed, `${from} -> ${to}`);
      if (allowed) assertTransition("a", from, to);
      else assert.throws(() => assertTransition("a", from, to), forbidden);
    }
  });
}

test("a plugin has settled when it runs, or rests until something else changes", () => {
  assert.deepEqual(serviceStates.filter(isSettled).toSorted(), ["blocked", "disabled", "error", "running", "stopped"]);
});

function forbidden(error: unknown): boolean {
  return error instanceof BackplaneError && error.code === "RUNTIME_STATE_FORBIDDEN";
}
