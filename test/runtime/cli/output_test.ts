import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { Output } from "../../../runtime/cli/output.ts";

function pipe(): { readonly stream: PassThrough; readonly output: Output } {
  const stream = new PassThrough({ highWaterMark: 4 });
  const standard = stream as unknown as NodeJS.WriteStream;
  return { stream, output: new Output({ stdout: standard, stderr: standard, variables: {} }) };
}

function failWith(stream: PassThrough, code: string): void {
  stream.emit("error", Object.assign(new Error(`write ${code}`), { code }));
}

test("lineInTime() waits for the reader and leaves no listener behind", async () => {
  const { stream, output } = pipe();
  let written = false;
  const line = output.lineInTime("more than fits").then(() => (written = true));
  await Promise.resolve();
  assert.equal(written, false);
  stream.resume();
  await line;
  assert.equal(getEventListeners(output.closed, "abort").length, 0);
});

test("lineInTime() waits no longer once the reader has gone", async () => {
  const { stream, output } = pipe();
  const line = output.lineInTime("more than fits");
  failWith(stream, "EPIPE");
  await line;
  assert.equal(output.closed.aborted, true);
  assert.equal(output.failure, undefined);
});

test("failure tells why standard output could not be written", () => {
  const { stream, output } = pipe();
  failWith(stream, "ENOSPC");
  assert.match(output.failure?.message ?? "", /ENOSPC/);
});
