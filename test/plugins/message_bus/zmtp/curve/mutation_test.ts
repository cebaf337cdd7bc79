import assert from "node:assert/strict";
import { test } from "node:test";
import type { Random } from "../../../../../plugins/message_bus/zmtp/curve/keys.ts";
import type { Mechanism } from "../../../../../plugins/message_bus/zmtp/mechanism.ts";
import { curveClient, curveServer, type Handshake, shake } from "./handshakes.ts";

const refused = { name: "ProtocolError", fault: "handshake" };

/** The same bytes from each call on: so the same commands fit every fresh side, and none has to be made anew. */
function repeatable(first: number): Random {
  let next = first;
  return (length) => new Uint8Array(length).fill((next += 1));
}

const freshClient = (): ReturnType<typeof curveClient> => curveClient({ random: repeatable(0) });
const freshServer = (): ReturnType<typeof curveServer> => curveServer({ random: repeatable(100) });
const commands = shake(freshClient(), freshServer());

/** A side that waits for the command. */
const receivers: Readonly<Record<keyof Handshake, () => Mechanism>> = {
  HELLO: freshServer,
  WELCOME: freshClient,
  INITIATE: () => {
    const server = freshServer();
    server.receive(commands.HELLO);
    return server;
  },
  READY: () => {
    const client = freshClient();
    client.receive(commands.WELCOME);
    return client;
  },
};

for (const name of ["HELLO", "WELCOME", "INITIATE", "READY"] as const) {
  const command = commands[name];
  const receiver = receivers[name];

  test(`${name} is accepted as it is, by any side that waits for it`, () => {
    receiver().receive(command);
  });

  test(`${name} is refused with one bit changed, at whatever byte`, () => {
    for (let index = 0; index < command.length; index += 1) {
      const changed = Uint8Array.from(command);
      changed[index]! ^= 1;
      const side = receiver();
      assert.throws(() => side.receive(changed), refused, `byte ${index}`);
      assert.equal(side.done, false);
    }
  });

  test(`${name} is refused when it is cut at whatever byte, and when it is longer`, () => {
    for (let end = 0; end < command.length; end += 1) {
      const side = receiver();
      assert.throws(() => side.receive(command.subarray(0, end)), refused, `${end} bytes`);
    }
    const side = receiver();
    assert.throws(() => side.receive(Uint8Array.from([...command, 0])), refused);
  });
}
