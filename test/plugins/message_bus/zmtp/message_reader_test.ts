import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FLAG_COMMAND, FLAG_MORE, frameLength, writeFrameHeader } from "../../../../plugins/message_bus/zmtp/frame.ts";
import { MessageReader } from "../../../../plugins/message_bus/zmtp/message_reader.ts";

interface Frame {
  readonly flags: number;
  readonly body: Uint8Array;
}

/** Reads a stream in the given chunks; answers what was found, each as text. */
class Reading {
  readonly found: string[] = [];
  readonly #reader: MessageReader;

  constructor(limit = 1_000_000) {
    this.#reader = new MessageReader(limit, {
      onMessage: (bytes, start, first, firstEnd, end) => {
        const [whole, head] = [bytes.subarray(start, end), bytes.subarray(first, firstEnd)];
        this.found.push(`message ${Buffer.from(head).toString("hex")} ${Buffer.from(whole).toString("hex")}`);
      },
      onCommand: (body) => this.found.push(`command ${Buffer.from(body).toString("hex")}`),
    });
  }

  /** Each chunk in bytes of its own, as a socket brings them. */
  push(stream: Uint8Array, ends: readonly number[] = []): this {
    let from = 0;
    for (const end of [...ends.toSorted((a, b) => a - b), stream.length]) {
      if (end <= from || end > stream.length) continue;
      this.#reader.push(Uint8Array.from(stream.subarray(from, end)));
      from = end;
    }
    return this;
  }
}

function write(frames: readonly Frame[]): Uint8Array {
  return Buffer.concat(
    frames.map(({ flags, body }) => {
      const bytes = new Uint8Array(frameLength(body.length));
      bytes.set(body, writeFrameHeader(bytes, 0, flags, body.length));
      return bytes;
    }),
  );
}

/** What must be found: a command between two frames of a message comes before the message, which is whole without it. */
function expected(frames: readonly Frame[]): string[] {
  const found: string[] = [];
  let parts: Frame[] = [];
  for (const frame of frames) {
    if (frame.flags === FLAG_COMMAND) {
      found.push(`command ${Buffer.from(frame.body).toString("hex")}`);
      continue;
    }
    parts.push(frame);
    if (frame.flags === FLAG_MORE) continue;
    found.push(`message ${Buffer.from(parts[0]!.body).toString("hex")} ${Buffer.from(write(parts)).toString("hex")}`);
    parts = [];
  }
  return found;
}

const body = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 250, maxLength: 300 }));
const frame = fc.record({ flags: fc.constantFrom(0, FLAG_MORE, FLAG_COMMAND), body });

test("however a stream is cut into chunks, the same messages and commands are found in it", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat(2_000), { maxLength: 40 }), (frames, ends) => {
      assert.deepEqual(new Reading().push(write(frames), ends).found, expected(frames));
    }),
    { numRuns: 500 },
  );
});

test("a stream that comes byte by byte reads the same", () => {
  const frames = [
    { flags: FLAG_MORE, body: Buffer.from("topic") },
    { flags: FLAG_COMMAND, body: Buffer.from("\u0004PING\0\0") },
    { flags: FLAG_MORE, body: Buffer.alloc(300, 7) },
    { flags: 0, body: Buffer.alloc(0) },
  ];
  const stream = write(frames);
  const reading = new Reading().push(
    stream,
    Array.from(stream, (_, index) => index),
  );
  assert.deepEqual(reading.found, expected(frames));
});

test("a message that lies whole in a chunk is handed on without a copy", () => {
  const chunk = write([
    { flags: FLAG_MORE, body: Buffer.from("a") },
    { flags: 0, body: Buffer.from("b") },
  ]);
  let same = false;
  new MessageReader(100, {
    onMessage: (bytes) => (same = bytes === chunk),
    onCommand: () => assert.fail(),
  }).push(chunk);
  assert.equal(same, true);
});

test("messages put together out of several chunks do not share their bytes", () => {
  const messages: Uint8Array[] = [];
  const reader = new MessageReader(100, {
    onMessage: (bytes, start, _first, _firstEnd, end) => messages.push(bytes.subarray(start, end)),
    onCommand: () => assert.fail(),
  });
  for (const letter of ["a", "b", "c"]) {
    reader.push(Uint8Array.of(0, 2, letter.charCodeAt(0)));
    reader.push(Uint8Array.of(letter.charCodeAt(0)));
  }
  assert.deepEqual(
    messages.map((bytes) => Buffer.from(bytes).toString("latin1").slice(2)),
    ["aa", "bb", "cc"],
  );
});

const refused: Readonly<Record<string, readonly [stream: readonly number[], fault: string]>> = {
  "a reserved bit": [[8, 0], "protocol"],
  "a command that more follows": [[5, 0], "protocol"],
  "a length of 2^63": [[2, 0x80, 0, 0, 0, 0, 0, 0, 0], "too_large"],
  "a length of 2^32": [[2, 0, 0, 0, 1, 0, 0, 0, 0], "too_large"],
  "a length of 2^31": [[2, 0, 0, 0, 0, 0x80, 0, 0, 0], "too_large"],
  "a frame over the limit, before its body comes": [[2, 0, 0, 0, 0, 0, 0, 0, 99], "too_large"],
  "frames that together are over the limit": [[1, 40, ...Array<number>(40).fill(0), 0, 60], "too_large"],
  "empty frames without end": [Array.from({ length: 102 }, (_, index) => (index % 2 === 0 ? 1 : 0)), "too_large"],
};

for (const [what, [stream, fault]] of Object.entries(refused)) {
  test(`${what} is refused`, () => {
    assert.throws(() => new Reading(100).push(Uint8Array.from(stream)), { fault });
    assert.throws(
      () =>
        new Reading(100).push(
          Uint8Array.from(stream),
          stream.map((_, index) => index),
        ),
      { fault },
    );
  });
}

test("a long header is read also where a short one would do", () => {
  assert.deepEqual(new Reading().push(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 1, 65)).found, [
    "message 41 02000000000000000141",
  ]);
});

test("a message of seventeen frames is one message", () => {
  const frames = Array.from({ length: 17 }, (_, index) => ({
    flags: index < 16 ? FLAG_MORE : 0,
    body: Uint8Array.of(index),
  }));
  assert.equal(new Reading().push(write(frames)).found.length, 1);
});
