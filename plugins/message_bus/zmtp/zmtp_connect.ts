import { randomBytes } from "node:crypto";
import { BackplaneError, type Clock } from "../../../mod.ts";
import type { CurveIdentity, Endpoints, Link, LinkOptions, LinkReceiver } from "../engine.ts";
import { type Address, parseEndpoint } from "./address.ts";
import { CurveClient } from "./curve/curve_client.ts";
import { publicKeyOf } from "./curve/keys.ts";
import type { DialerOptions } from "./dialer.ts";
import type { Mechanism, Metadata } from "./mechanism.ts";
import { NullMechanism } from "./null_mechanism.ts";
import { PublishingEnd } from "./publishing_end.ts";
import type { SocketType } from "./socket_type.ts";
import { CLIENT_PROPERTY } from "./standing.ts";
import { SubscribingEnd } from "./subscribing_end.ts";
import { ZmtpLink } from "./zmtp_link.ts";

/** What a broker may send in one message; it is the broker that has a limit. */
const MAX_MESSAGE_BYTES = 268_435_456;

/** A link over sockets of this process. It connects by itself and needs no broker to be there. @throws BUS_UNREACHABLE */
export function connect(endpoints: Endpoints, options: LinkOptions, receiver: LinkReceiver, clock: Clock): Link {
  const client = crypto.randomUUID();
  const as = (socketType: SocketType): DialerOptions => ({
    clock,
    random: Math.random,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    mechanisms: mechanismsOf(socketType, client, options.curve),
  });
  const publishing = new PublishingEnd(addressAt(endpoints.publish), options.highWaterMark, as("XPUB"), receiver);
  const subscribing = new SubscribingEnd(addressAt(endpoints.subscribe), as("SUB"), receiver);
  return new ZmtpLink(publishing, subscribing, clock);
}

function mechanismsOf(
  socketType: SocketType,
  client: string,
  curve: CurveIdentity | undefined,
): ReadonlyMap<string, () => Mechanism> {
  const text = new TextEncoder();
  const metadata: Metadata = new Map([
    ["Socket-Type", text.encode(socketType)],
    [CLIENT_PROPERTY, text.encode(client)],
  ]);
  if (curve === undefined) return new Map([["NULL", () => new NullMechanism(metadata)]]);
  const publicKey = publicKeyOf(curve.secretKey);
  return new Map([["CURVE", () => new CurveClient({ ...curve, publicKey, metadata, random: randomBytes })]]);
}

/** @throws BUS_UNREACHABLE */
function addressAt(endpoint: string): Address {
  const address = parseEndpoint(endpoint);
  if (address !== undefined) return address;
  throw new BackplaneError("BUS_UNREACHABLE", `Cannot reach the message bus: "${endpoint}" is no endpoint.`, {
    remedy: "Write tcp://127.0.0.1:5555 or ipc:///path/of/a/socket.",
    details: { endpoint },
  });
}
