import assert from "node:assert/strict";
import { test } from "node:test";
import { describeError, formatError, toCoded } from "../../../runtime/cli/failure.ts";
import { coloured, plain } from "../../../runtime/cli/terminal.ts";
import { BackplaneError } from "../../../runtime/errors.ts";

const coded = new BackplaneError("BUS_UNREACHABLE", "Cannot reach \u001b[2Jit: gone.", { remedy: "Start it." });

test("formatError() shows code, message and remedy, without a stack, safe for a terminal", () => {
  assert.equal(formatError(coded, plain), "error BUS_UNREACHABLE: Cannot reach \\u{1b}[2Jit: gone.\n  Start it.");
  assert.ok(formatError(coded, coloured).startsWith("\u001b[31merror BUS_UNREACHABLE:\u001b[0m "));
});

test("toCoded() makes INTERNAL of anything that is not ours, and formatError() then shows the stack", () => {
  const error = toCoded(new TypeError("x is not a function"));
  assert.deepEqual([error.code, error.exitCode], ["INTERNAL", 70]);
  assert.match(
    formatError(error, plain),
    /^error INTERNAL: .*x is not a function\.\n {2}TypeError: .*\n {6}at .*report/s,
  );
  assert.equal(toCoded(coded), coded);
  assert.equal(toCoded(undefined).message, "Cannot go on: undefined.");
});

test("toCoded() and formatError() take a thrown value whose traps throw", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.match(formatError(toCoded(proxy), plain), /^error INTERNAL: Cannot go on: a value that cannot be printed\.\n/);
});

test("describeError() is plain data with every fault", () => {
  const fault = { code: "MANIFEST_UNKNOWN_KEY", path: ["core", 1], message: "m", remedy: "r" } as const;
  const error = new BackplaneError("MANIFEST_INVALID", "Cannot use it: 1 fault.", { remedy: "r", faults: [fault] });
  assert.deepEqual(JSON.parse(JSON.stringify(describeError(error))), {
    code: "MANIFEST_INVALID",
    message: "Cannot use it: 1 fault.",
    remedy: "r",
    faults: [{ ...fault, position: null }],
    cause: null,
  });
});

test("an error names the coded error that it comes from, as text and as data", () => {
  const cause = new BackplaneError("DATABASE_LOCKED", "Cannot open it.", { remedy: "Stop the other." });
  const error = new BackplaneError("RUNTIME_START_FAILED", "Cannot start.", { remedy: "Stop the other.", cause });
  assert.match(
    formatError(error, (_, text) => text),
    /^error RUNTIME_START_FAILED \(DATABASE_LOCKED\): Cannot start\./,
  );
  assert.equal(describeError(error).cause?.code, "DATABASE_LOCKED");
});
