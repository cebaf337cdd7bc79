/** Sockets without high-water marks: nothing is dropped, whoever is slow. */
import { context, Subscriber, XPublisher } from "zeromq";
import { READY, Readiness } from "../wire.js";

// Else unsent messages keep the process from exiting.
context.blocky = false;

/** XPUB sends as PUB does, and sees the subscriptions besides. */
export function openPublisher(port) {
  const publisher = new XPublisher({ sendHighWaterMark: 0 });
  publisher.connect(`tcp://127.0.0.1:${port}`);
  return publisher;
}

export function openSubscriber(port) {
  const subscriber = new Subscriber({ receiveHighWaterMark: 0 });
  subscriber.connect(`tcp://127.0.0.1:${port}`);
  return subscriber;
}

/** Calls with each topic that is subscribed from now on, for ever. */
export async function watchSubscriptions(publisher, see) {
  for await (const [frame] of publisher) if (frame[0] === 1) see(frame.toString("latin1", 1));
}

export async function awaitSubscribers(publisher, subscribers) {
  const readiness = new Readiness(subscribers);
  void watchSubscriptions(publisher, (topic) => readiness.see(topic));
  await readiness.all;
}

/** Resolves once this topic is subscribed. */
export function awaitSubscription(publisher, topic) {
  return new Promise((resolve) => void watchSubscriptions(publisher, (seen) => seen === topic && resolve()));
}

/** Subscribes a topic in so many sockets and calls with each message. */
export function subscribeAll(port, topic, subscribers, receive) {
  for (let index = 0; index < subscribers; index++) {
    const subscriber = openSubscriber(port);
    subscriber.subscribe(topic);
    subscriber.subscribe(`${READY}${index}`);
    void readAll(subscriber, receive);
  }
}

async function readAll(subscriber, receive) {
  for await (const frames of subscriber) receive(frames);
}

/**
 * Sends so many messages, each awaited ("awaited") or only where the socket is busy with one before ("pipelined"), and
 * ends the process when all have left.
 */
export async function sendAll(publisher, count, option, messageOf) {
  let sending;
  for (let index = 0; index < count; index++) {
    const message = messageOf(index);
    if (option === "awaited") await sending;
    try {
      sending = publisher.send(message);
    } catch {
      // Every 512th or so is not sent at once, and no other may be meanwhile.
      await sending;
      sending = publisher.send(message);
    }
  }
  await sending;
  publisher.linger = -1;
  publisher.close();
}
