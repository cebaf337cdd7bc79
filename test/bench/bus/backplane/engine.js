/** The engine as the message_bus plugin sets it up, but with rights and queues that let everything pass. */
import { PeerTable } from "../../../../dist/plugins/message_bus/peers/peer_table.js";
import { decodeZ85 } from "../../../../dist/plugins/message_bus/zmtp/curve/z85.js";
import { zmtpEngine } from "../../../../dist/plugins/message_bus/zmtp/zmtp_engine.js";
import { systemClock } from "../../../../dist/runtime/clock.js";
import { Readiness } from "../wire.js";

/** The source in all envelopes, and the name of the peer that has the client's key. */
export const SOURCE = "bench";
/** What may wait for a subscriber: nothing is dropped, whoever is slow. */
const UNLIMITED = 1_000_000_000;
/** As clients have it by default. */
const CLIENT_HIGH_WATER_MARK = 100_000;

/** The test keys of zmq_curve(7). */
const keys = {
  serverPublic: decodeZ85("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"),
  serverSecret: decodeZ85("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"),
  clientPublic: decodeZ85("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"),
  clientSecret: decodeZ85("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"),
};

export const engine = zmtpEngine(systemClock);

/** With "curve" the peer has a key, and nobody else may sign with its name. */
export function startBroker(option) {
  const everything = { publish: ["*"], subscribe: ["*"] };
  const name = option === "curve" ? SOURCE : "anonymous";
  const peers = new PeerTable({ settings: { [name]: everything }, reserved: [], secretKey: keys.serverSecret });
  if (option === "curve") peers.setKeys(new Map([[SOURCE, keys.clientPublic]]));
  return engine.startBroker({
    host: "127.0.0.1",
    publishPort: 0,
    subscribePort: 0,
    highWaterMark: UNLIMITED,
    maxFrameBytes: 1_048_576,
    peers,
  });
}

/** What BusClient calls `curve`; nothing for "null". */
export function identityOf(option) {
  return option === "curve" ? { curve: { secretKey: keys.clientSecret, serverKey: keys.serverPublic } } : {};
}

export function linkOptions(option) {
  return { highWaterMark: CLIENT_HIGH_WATER_MARK, ...identityOf(option) };
}

/** @param told what is of interest of LinkReceiver */
export function receiverOf(told) {
  const ignore = () => undefined;
  return { onMessage: ignore, onMalformed: ignore, onInterest: ignore, onStanding: ignore, ...told };
}

export function connect({ option, publishPort, subscribePort }, told) {
  const endpoints = { publish: `tcp://127.0.0.1:${publishPort}`, subscribe: `tcp://127.0.0.1:${subscribePort}` };
  return engine.connect(endpoints, linkOptions(option), receiverOf(told));
}

/** A link that publishes, once so many subscribers are ready. */
export async function openPublisher(subscribers, open) {
  const readiness = new Readiness(subscribers);
  const link = await open({ onInterest: (prefix, active) => active && readiness.see(prefix) });
  await readiness.all;
  return link;
}

export async function sendAll(link, topic, payload, count) {
  for (let index = 0; index < count; index++) {
    if (link.full) await link.drained();
    link.send(topic, payload);
  }
  await link.drained();
}
