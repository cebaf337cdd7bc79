import { randomBytes } from "node:crypto";
import { CurveClient, type CurveClientOptions } from "../../../../../plugins/message_bus/zmtp/curve/curve_client.ts";
import { CurveServer, type CurveServerOptions } from "../../../../../plugins/message_bus/zmtp/curve/curve_server.ts";
import { generateKeyPair } from "../../../../../plugins/message_bus/zmtp/curve/keys.ts";

export const utf8 = new TextEncoder();
export const serverKeys = generateKeyPair(randomBytes);
export const clientKeys = generateKeyPair(randomBytes);

export function curveClient(options: Partial<CurveClientOptions> = {}): CurveClient {
  const metadata = new Map([["Socket-Type", utf8.encode("SUB")]]);
  return new CurveClient({ ...clientKeys, serverKey: serverKeys.publicKey, metadata, random: randomBytes, ...options });
}

export function curveServer(options: Partial<CurveServerOptions> = {}): CurveServer {
  const metadata = new Map([["Socket-Type", utf8.encode("XPUB")]]);
  return new CurveServer({ ...serverKeys, metadata, isKnown: () => true, random: randomBytes, ...options });
}

/** The commands of a handshake, by name. */
export interface Handshake {
  readonly HELLO: Uint8Array;
  readonly WELCOME: Uint8Array;
  readonly INITIATE: Uint8Array;
  readonly READY: Uint8Array;
}

export function shake(client: CurveClient, server: CurveServer): Handshake {
  const HELLO = client.begin();
  const WELCOME = server.receive(HELLO);
  const INITIATE = client.receive(WELCOME)!;
  const READY = server.receive(INITIATE);
  client.receive(READY);
  return { HELLO, WELCOME, INITIATE, READY };
}

/** Random bytes that can be looked at afterwards: each call's, in order. */
export function watchedRandom(): { random: (length: number) => Uint8Array; given: Uint8Array[] } {
  const given: Uint8Array[] = [];
  const random = (length: number): Uint8Array => {
    const bytes = Uint8Array.from(randomBytes(length));
    given.push(bytes);
    return bytes;
  };
  return { random, given };
}
