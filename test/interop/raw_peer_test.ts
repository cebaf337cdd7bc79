import assert from "node:assert/strict";
import { test } from "node:test";
import { curveKeyPair } from "zeromq";
import { CurveClient, keyPair } from "../plugins/message_bus/zmtp/hostile/curve_client.ts";
import { RawPeer } from "../plugins/message_bus/zmtp/hostile/raw_peer.ts";
import { command, COMMAND, commandBody, MORE } from "../plugins/message_bus/zmtp/hostile/wire.ts";
import { Ends, framesOf, implementations } from "./ends/end.ts";
import { fromZ85 } from "./z85.ts";

const ends = Ends.build();
const portOf = (endpoint: string): number => Number(endpoint.slice(endpoint.lastIndexOf(":") + 1));

for (const implementation of implementations) {
  test(`${implementation} understands the bytes that the hostile tests write by hand, NULL`, async (context) => {
    const end = ends.start(context, implementation, { role: "xpub", attach: "bind", endpoint: "tcp://127.0.0.1:*" });
    const peer = await RawPeer.openNull(portOf(await end.endpoint()), "SUB");
    context.after(() => peer.cut());
    peer.send(command("SUBSCRIBE", "a."), command("PING", Buffer.from([0, 10, 7])));
    await end.said("subscribed a.");
    assert.deepEqual(await peer.commandNamed("PONG"), Buffer.from([7]));
    end.tell("send a.b 1 1 2");
    const frames = [await peer.messageFrame(), await peer.messageFrame()];
    assert.deepEqual(
      frames.map(({ body }) => body),
      framesOf("a.b", 1, 2),
    );
    assert.deepEqual(
      frames.map(({ flags }) => flags & MORE),
      [MORE, 0],
    );
  });

  test(`${implementation} understands the bytes that the hostile tests write by hand, CURVE`, async (context) => {
    const server = curveKeyPair();
    const end = ends.start(context, implementation, {
      role: "xpub",
      attach: "bind",
      endpoint: "tcp://127.0.0.1:*",
      public_key: server.publicKey,
      secret_key: server.secretKey,
    });
    const client = new CurveClient(keyPair(), fromZ85(server.publicKey));
    const peer = await client.handshake(portOf(await end.endpoint()), "SUB");
    context.after(() => peer.cut());
    peer.send(client.seal(COMMAND, commandBody("SUBSCRIBE", "a.")));
    await end.said("subscribed a.");
    end.tell("send a.b 1 1 2");
    const sealed = [await peer.frame(), await peer.frame()];
    // RFC 26 calls a MESSAGE a command; libzmq sends it without that bit, and takes both.
    assert.deepEqual(
      sealed.map(({ flags }) => flags & COMMAND),
      [0, 0],
    );
    const frames = sealed.map(({ body }) => client.open(body));
    assert.deepEqual(
      frames.map(({ body }) => body),
      framesOf("a.b", 1, 2),
    );
    assert.deepEqual(
      frames.map(({ flags }) => flags),
      [MORE, 0],
    );
  });
}
