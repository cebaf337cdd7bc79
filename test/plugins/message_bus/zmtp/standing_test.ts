import assert from "node:assert/strict";
import { test } from "node:test";
import { Peer } from "../../../../plugins/message_bus/peers/peer.ts";
import { rightsOf } from "../../../../plugins/message_bus/peers/rights.ts";
import { readStanding, writeStanding } from "../../../../plugins/message_bus/zmtp/standing.ts";

test("what a broker writes of a peer is read by its client", () => {
  const rights = { publish: ["door.*"], subscribe: ["logs.*", "*"] };
  assert.deepEqual(readStanding(writeStanding(new Peer("door", rightsOf(rights)))), { peer: "door", ...rights });
});

for (const text of [
  "",
  "null",
  "[]",
  '{"peer":1,"publish":[],"subscribe":[]}',
  '{"peer":"door","publish":"*","subscribe":[]}',
  '{"peer":"door","publish":[1],"subscribe":[]}',
  '{"peer":"door","publish":[]}',
]) {
  test(`what a broker says of rights as ${text === "" ? "nothing" : text} is none`, () => {
    assert.equal(readStanding(Buffer.from(text)), undefined);
  });
}
