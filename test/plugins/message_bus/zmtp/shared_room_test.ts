import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { test } from "node:test";
import fc from "fast-check";
import { Outgoing } from "../../../../plugins/message_bus/zmtp/outgoing.ts";
import { RoomShare } from "../../../../plugins/message_bus/zmtp/room_share.ts";
import { SharedRoom } from "../../../../plugins/message_bus/zmtp/shared_room.ts";

const nobodyReads = { destroyed: false, cork: () => undefined, uncork: () => undefined, write: () => false };

test("whoever takes what is free leaves as much to the next, and all together never take more than there is", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { maxLength: 200 }), (takers) => {
      const room = new SharedRoom(1_000);
      const queues = Array.from({ length: 5 }, () => new Outgoing(nobodyReads, room));
      for (const taker of takers) {
        const queue = queues[taker]!;
        if (queue.roomUpTo(400) >= 10) queue.append(new Uint8Array(10));
        assert.ok(queue.bytes <= 400);
      }
      const used = queues.reduce((sum, { bytes }) => sum + bytes, 0);
      assert.equal(room.free, 1_000 - used);
      assert.ok(used < 1_000);
    }),
  );
});

test("a connection that ends gives back all that it held, once, whatever is put in later", async () => {
  const room = new SharedRoom(1_000);
  const queue = new Outgoing(nobodyReads, room);
  const share = new RoomShare(room);
  queue.append(new Uint8Array(100));
  await nextTurn();
  queue.append(new Uint8Array(50));
  share.hold(70);
  share.hold(60);
  assert.equal(room.free, 790);
  queue.end();
  queue.append(new Uint8Array(5));
  queue.end();
  share.hold(0);
  assert.equal(room.free, 1_000);
});
