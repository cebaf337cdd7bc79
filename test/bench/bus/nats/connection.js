import { connect } from "@nats-io/transport-node";

/** Who asks here is answered once all subscriptions are in force. */
const READY = "ready";

/** A connection to the server on this machine. */
export function open(port) {
  return connect({ servers: `127.0.0.1:${port}`, reconnect: false });
}

/** Subscribes a topic in so many connections, calls with each message, then answers a publisher. */
export async function subscribeAll(port, topic, subscribers, receive) {
  for (let index = 0; index < subscribers; index++) {
    const connection = await open(port);
    connection.subscribe(topic, { callback: (_error, message) => receive(message) });
    await connection.flush();
  }
  const connection = await open(port);
  connection.subscribe(READY, { callback: (_error, message) => message.respond() });
  await connection.flush();
}

/** Published before the client waits for the server: it knows no limit itself, and would hold everything. */
const BATCH = 5_000;

/** Publishes so many messages and ends the connection when all have left. */
export async function publishAll(connection, topic, count, payloadOf) {
  await connection.request(READY);
  for (let sent = 1; sent <= count; sent++) {
    connection.publish(topic, payloadOf(sent));
    if (sent % BATCH === 0) await connection.flush();
  }
  await connection.drain();
}
