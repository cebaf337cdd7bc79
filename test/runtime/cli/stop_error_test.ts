import assert from "node:assert/strict";
import { test } from "node:test";
import { formatError } from "../../../runtime/cli/failure.ts";
import { stopError } from "../../../runtime/cli/stop_error.ts";
import { plain } from "../../../runtime/cli/terminal.ts";
import { BackplaneError } from "../../../runtime/errors.ts";

test("stopError() says nothing of a clean stop", () => {
  assert.equal(stopError({ abandoned: [], problems: [] }), undefined);
});

test("stopError() tells each problem once, with its own remedy, and who was not waited for", () => {
  const late = new BackplaneError("PLUGIN_STOP_TIMEOUT", 'Cannot stop plugin "a": too late.', { remedy: "Hurry." });
  const error = stopError({ problems: [late], abandoned: ["b"] });
  assert.equal(error?.exitCode, 1);
  assert.deepEqual(formatError(error, plain).split("\n"), [
    "error RUNTIME_STOP_FAILED: Cannot stop cleanly: 2 problems.",
    "",
    'Cannot stop plugin "a": too late.',
    "  Hurry.",
    "core.api_gateway.plugins.b: it had not stopped when the time for the whole stop was spent.",
    "  Let b, and those that stopped before it, take less time to stop.",
  ]);
});
