import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { test } from "node:test";
import fc from "fast-check";
import { type ByteSink, Outgoing } from "../../../../plugins/message_bus/zmtp/outgoing.ts";

/** A connection whose other side reads when the test says so. */
class SlowSink implements ByteSink {
  readonly written: Buffer[] = [];
  writes = 0;
  #done: (() => void)[] = [];

  cork(): void {
    this.writes += 1;
  }
  uncork(): void {
    // What is corked is written at once.
  }
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): boolean {
    this.written.push(Buffer.from(bytes));
    if (done !== undefined) this.#done.push(() => done(null));
    return false;
  }
  read(): void {
    for (const done of this.#done.splice(0)) done();
  }
  get text(): string {
    return Buffer.concat(this.written).toString("latin1");
  }
}

function put(outgoing: Outgoing, text: string): void {
  const at = outgoing.reserve(text.length);
  outgoing.block.set(Buffer.from(text, "latin1"), at);
  outgoing.count(1);
}

test("what is put in during one turn is written together at its end", async () => {
  const sink = new SlowSink();
  const outgoing = new Outgoing(sink);
  for (const text of ["one ", "two ", "three"]) put(outgoing, text);
  assert.equal(sink.writes, 0);
  await nextTurn();
  assert.deepEqual([sink.writes, sink.text], [1, "one two three"]);
});

test("while a write is under way the rest gathers, and goes out after it", async () => {
  const sink = new SlowSink();
  const outgoing = new Outgoing(sink);
  put(outgoing, "first ");
  await nextTurn();
  put(outgoing, "second ");
  put(outgoing, "third");
  await nextTurn();
  assert.equal(sink.text, "first ");
  sink.read();
  assert.deepEqual([sink.writes, sink.text], [2, "first second third"]);
});

test("messages and bytes count until the kernel has taken them", async () => {
  const sink = new SlowSink();
  const outgoing = new Outgoing(sink);
  put(outgoing, "12345");
  await nextTurn();
  put(outgoing, "678");
  assert.deepEqual([outgoing.messages, outgoing.bytes], [2, 8]);
  sink.read();
  assert.deepEqual([outgoing.messages, outgoing.bytes], [1, 3]);
  sink.read();
  assert.deepEqual([outgoing.messages, outgoing.bytes], [0, 0]);
});

test("drained() resolves when what was in has been taken, whatever came after", async () => {
  const sink = new SlowSink();
  const outgoing = new Outgoing(sink);
  put(outgoing, "a");
  let drained = false;
  const waiting = outgoing.drained().then(() => (drained = true));
  await nextTurn();
  put(outgoing, "b");
  assert.equal(drained, false);
  sink.read();
  await waiting;
  assert.equal(outgoing.messages, 1);
});

test("drained() resolves when the connection ends", async () => {
  const outgoing = new Outgoing(new SlowSink());
  put(outgoing, "a");
  const waiting = outgoing.drained();
  outgoing.end();
  await waiting;
  assert.equal(outgoing.messages, 0);
});

test("small bytes may be used again at once, large ones are passed on as they are", async () => {
  const sink = new SlowSink();
  const outgoing = new Outgoing(sink);
  const small = Buffer.from("small");
  outgoing.append(small);
  small.fill(0);
  outgoing.append(Buffer.alloc(20_000, "L"));
  await nextTurn();
  assert.equal(sink.text, `small${"L".repeat(20_000)}`);
});

test("bytes keep their order, whatever their sizes", async () => {
  const sizes = fc.array(fc.oneof(fc.nat(50), fc.integer({ min: 900, max: 80_000 })), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(fc.boolean(), { maxLength: 20 }), async (lengths, appended) => {
      const sink = new SlowSink();
      const outgoing = new Outgoing(sink);
      let text = "";
      for (const [index, length] of lengths.entries()) {
        const piece = String.fromCharCode(97 + index).repeat(length);
        text += piece;
        if (appended[index] === true) outgoing.append(Buffer.from(piece));
        else put(outgoing, piece);
        if (index % 3 === 0) outgoing.flush();
        if (index % 5 === 0) sink.read();
      }
      outgoing.flush();
      for (let round = 0; outgoing.bytes > 0 && round < 3; round += 1) sink.read();
      await nextTurn();
      assert.equal(sink.text, text);
    }),
    { numRuns: 50 },
  );
});

test("drained() waits for the end of a connection that is broken, so that who asks in a loop lets it come", async () => {
  const outgoing = new Outgoing(Object.assign(new SlowSink(), { destroyed: true }));
  put(outgoing, "a");
  let drained = false;
  const waiting = outgoing.drained().then(() => (drained = true));
  await nextTurn();
  assert.equal(drained, false);
  outgoing.end();
  await waiting;
  put(outgoing, "b");
  await outgoing.drained();
});
