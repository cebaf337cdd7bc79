import { BackplaneError, type Clock } from "../../../mod.ts";
import type { BusEngine, CurveIdentity, Endpoints, Link, LinkOptions, LinkReceiver } from "../engine.ts";
import { type Address, parseEndpoint } from "./address.ts";
import type { DialerOptions } from "./dialer.ts";
import type { Mechanism, Metadata } from "./mechanism.ts";
import { NullMechanism } from "./null_mechanism.ts";
import { PublishingEnd } from "./publishing_end.ts";
import type { SocketType } from "./socket_type.ts";
import { CLIENT_PROPERTY } from "./standing.ts";
import { SubscribingEnd } from "./subscribing_end.ts";
import { ZmtpBroker } from "./zmtp_broker.ts";
import { ZmtpLink } from "./zmtp_link.ts";

/** What a broker may send in one message; it is the broker that has a limit. */
const MAX_MESSAGE_BYTES = 268_435_456;

/** The engine that speaks ZMTP 3.1 (RFC 37) over node:net: the same on Node, Bun and Deno. */
export function zmtpEngine(clock: Clock): BusEngine {
  return {
    name: "zmtp",
    verifiesSource: true,
    startBroker: (options) => ZmtpBroker.listen(options, clock),
    connect: async (endpoints, options, receiver) => connect(endpoints, options, receiver, clock),
  };
}

function connect(endpoints: Endpoints, options: LinkOptions, receiver: LinkReceiver, clock: Clock): Link {
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
  if (curve !== undefined) throw new Error("CURVE is not there yet");
  return new Map([["NULL", () => new NullMechanism(metadata)]]);
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
