import assert from "node:assert/strict";
import { test } from "node:test";
import { readEvents, type ServerSentEvent } from "../../../runtime/cli/server_sent_events.ts";

async function eventsOf(text: string, size: number): Promise<ServerSentEvent[]> {
  const bytes = Buffer.from(text);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(chunks())) events.push(event);
  return events;
}

test("readEvents() reads names and data wherever the chunks are cut, and skips comments", async () => {
  const text = ': hello\n\nid: 1\nevent: log\ndata: {"a":"é: b"}\n\ndata:x\r\ndata: y\r\n\r\nevent: empty\n\ndata: cut';
  for (const size of [1, 2, 3, 1_000]) {
    assert.deepEqual(await eventsOf(text, size), [
      { event: "log", data: '{"a":"é: b"}' },
      { event: "message", data: "x\ny" },
    ]);
  }
});
