/** An end of a connection by zeromq.js; end.ts says how it is started and spoken to. */
import { createInterface } from "node:readline";
import { crc32 } from "node:zlib";
import * as zmq from "zeromq";

const SIZES = [0, 1, 255, 256, 71_680];
const PATTERN = Buffer.from(Array.from({ length: 72_000 }, (_, index) => index % 251));
const KINDS = { pub: zmq.Publisher, xpub: zmq.XPublisher, sub: zmq.Subscriber, xsub: zmq.XSubscriber };

const settings = Object.fromEntries(process.argv.slice(2).map((pair) => pair.split(/=(.*)/s, 2)));
const { role, attach, endpoint, public_key, secret_key, server_key, heartbeat_ms, source } = settings;
const socket = new KINDS[role]({
  linger: 5_000,
  ...(role.endsWith("pub") ? { sendHighWaterMark: 100_000 } : { receiveHighWaterMark: 100_000 }),
});
if (public_key !== undefined) {
  Object.assign(socket, { curvePublicKey: public_key, curveSecretKey: secret_key });
  if (server_key === undefined) socket.curveServer = true;
  else socket.curveServerKey = server_key;
}
if (heartbeat_ms !== undefined) {
  Object.assign(socket, { heartbeatInterval: Number(heartbeat_ms), heartbeatTimeout: 2_000 });
}

const say = (line) => process.stdout.write(`${line}\n`);

function message(topic, number, frames) {
  const count = frames === 0 ? 1 + (number % 3) : frames;
  const rest = Array.from({ length: count - 1 }, (_, at) => {
    const from = (number + at + 1) % 251;
    return PATTERN.subarray(from, from + SIZES[(number + at + 1) % SIZES.length]);
  });
  if (source !== undefined && count > 1) rest[0] = enveloped(rest[0]);
  return [`${topic}.${number}`, ...rest];
}

function enveloped(body) {
  const { length } = body;
  const size = [(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14];
  const head = [0x0a, source.length + 2, 0x1a, source.length, ...Buffer.from(source), 0x7a, ...size];
  return Buffer.concat([Buffer.from(head), body]);
}

function tell(frames) {
  const [first] = frames;
  if (role === "xpub" && first[0] <= 1) say(`${first[0] === 1 ? "subscribed" : "cancelled"} ${first.subarray(1)}`);
  else say(["message", ...frames.map((frame) => `${frame.length}:${crc32(frame)}`)].join(" "));
}

async function listen() {
  for await (const frames of socket) tell(frames);
}

async function obey(line) {
  const [verb, topic = "", first, count, frames] = line.split(" ");
  if (verb === "send") {
    for (let at = 0; at < Number(count); at += 1) await socket.send(message(topic, Number(first) + at, Number(frames)));
  } else if (role === "xsub") {
    await socket.send(Buffer.from([verb === "subscribe" ? 1 : 0, ...Buffer.from(topic)]));
  } else if (verb === "subscribe") {
    socket.subscribe(topic);
  } else {
    socket.unsubscribe(topic);
  }
}

if (attach === "bind") await socket.bind(endpoint);
else socket.connect(endpoint);
say(`ready ${socket.lastEndpoint}`);
if (role !== "pub") listen().catch(() => undefined);
for await (const line of createInterface({ input: process.stdin })) await obey(line);
socket.close();
