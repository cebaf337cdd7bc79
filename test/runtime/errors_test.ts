import assert from "node:assert/strict";
import { test } from "node:test";
import { BackplaneError, messageOf } from "../../runtime/errors.ts";

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test("`instanceof BackplaneError` answers for anything that may be thrown", () => {
  assert.equal(revoked() instanceof BackplaneError, false);
  assert.equal(new Error("x") instanceof BackplaneError, false);
  assert.equal(
    new BackplaneError("INTERNAL", "Cannot go on: x.", { remedy: "Report it." }) instanceof BackplaneError,
    true,
  );
});

test("messageOf() is a text, whatever was thrown", () => {
  assert.equal(messageOf(revoked()), "a value that cannot be printed");
  assert.equal(messageOf(Object.assign(new Error("x"), { message: 5 })), "5");
  assert.equal(messageOf(Object.assign(new Error("x"), { message: undefined })), "undefined");
  assert.equal(
    messageOf(Object.assign(new Error("x"), { message: Object.create(null) })),
    "a value that cannot be printed",
  );
});

test("an error of another copy of the package is a BackplaneError here", async () => {
  const built = new URL("../../dist/mod.js", import.meta.url).href;
  const other = (await import(built)) as { BackplaneError: typeof BackplaneError };
  assert.notEqual(other.BackplaneError, BackplaneError);
  assert.ok(new other.BackplaneError("INTERNAL", "Cannot x: y.", { remedy: "z" }) instanceof BackplaneError);
});
