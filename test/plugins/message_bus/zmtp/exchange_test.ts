import assert from "node:assert/strict";
import { test } from "node:test";
import { Peer } from "../../../../plugins/message_bus/peers/peer.ts";
import { everything, rightsOf } from "../../../../plugins/message_bus/peers/rights.ts";
import { Exchange, type Publisher, type Subscriber } from "../../../../plugins/message_bus/zmtp/exchange.ts";

/** Both ends of a client, which note what they are told and get. */
class Ends implements Publisher, Subscriber {
  readonly peer: Peer;
  readonly client: string | undefined;
  readonly told: string[] = [];

  constructor(peer: Peer, client?: string) {
    this.peer = peer;
    this.client = client;
  }
  tell(prefix: string, active: boolean): void {
    this.told.push(`${active ? "+" : "-"}${prefix}`);
  }
  takeFrames(): void {
    assert.fail("an exchange tells where a message goes, and hands none on");
  }
  takeMessage(): void {
    assert.fail("an exchange tells where a message goes, and hands none on");
  }
}

const anybody = new Peer("anybody", everything);
const limited = (publish: string[], subscribe: string[]): Peer => new Peer("limited", rightsOf({ publish, subscribe }));

test("a topic leads to everybody who subscribes a beginning of it, and once to each", () => {
  const exchange = new Exchange();
  const [all, logs, exact, other] = Array.from({ length: 4 }, () => new Ends(anybody)) as [Ends, Ends, Ends, Ends];
  exchange.subscribe(all, "");
  for (const prefix of ["logs.", "logs.a"]) exchange.subscribe(logs, prefix);
  exchange.subscribe(exact, "logs.a");
  exchange.subscribe(other, "logs.b");
  assert.deepEqual(new Set(exchange.route("logs.a")), new Set([all, logs, exact]));
  assert.equal(exchange.route("logs.a").length, 3);
});

test("a route that was asked for changes with what is subscribed", () => {
  const exchange = new Exchange();
  const subscriber = new Ends(anybody);
  assert.deepEqual(exchange.route("a"), []);
  const before = exchange.version;
  exchange.subscribe(subscriber, "a");
  assert.notEqual(exchange.version, before);
  assert.deepEqual(exchange.route("a"), [subscriber]);
  exchange.unsubscribe(subscriber, "a");
  assert.deepEqual(exchange.route("a"), []);
  exchange.subscribe(subscriber, "a");
  exchange.leave(subscriber);
  assert.deepEqual(exchange.route("a"), []);
});

test("a publisher is told of the first subscriber of a prefix and of the end of the last", () => {
  const exchange = new Exchange();
  const [publisher, one, two] = [new Ends(anybody), new Ends(anybody), new Ends(anybody)];
  exchange.join(publisher);
  exchange.subscribe(one, "a.");
  exchange.subscribe(two, "a.");
  exchange.unsubscribe(one, "a.");
  exchange.leave(two);
  assert.deepEqual(publisher.told, ["+a.", "-a."]);
});

test("a publisher hears only of what it may publish", () => {
  const exchange = new Exchange();
  const early = new Ends(limited(["logs.*"], []));
  const late = new Ends(limited(["logs.*"], []));
  exchange.join(early);
  for (const prefix of ["door.", "logs.", "logs.a", ""]) exchange.subscribe(new Ends(anybody), prefix);
  exchange.join(late);
  for (const { told } of [early, late]) assert.deepEqual(told, ["+logs.", "+logs.a", "+"]);
});

test("what a client subscribes to find out how far the broker is, is told to its newest publishing end alone", () => {
  const exchange = new Exchange();
  const [old, one, other, nameless] = ["one", "one", "other", undefined].map((client) => new Ends(anybody, client));
  const thief = new Ends(limited(["*"], ["*"]), "other");
  for (const publisher of [old!, one!, other!, nameless!]) exchange.join(publisher);
  const own = "_bus.client.123e4567-e89b-42d3-a456-426614174000";
  exchange.subscribe(one!, own);
  exchange.subscribe(nameless!, `_bus.barrier.123e4567-e89b-42d3-a456-426614174000.1`);
  exchange.subscribe(thief, "_bus.client.223e4567-e89b-42d3-a456-426614174000");
  assert.deepEqual(
    [old, one, other, nameless].map((ends) => ends!.told),
    [[], [`+${own}`], [], []],
  );
  const again = new Ends(anybody, "one");
  exchange.join(again);
  assert.deepEqual(again.told, [`+${own}`]);
});

test("what clients ask the broker does not have the routes of others looked up anew", () => {
  const exchange = new Exchange();
  const [subscriber, asking] = [new Ends(anybody), new Ends(anybody, "one")];
  exchange.subscribe(subscriber, "a.");
  const route = exchange.route("a.b");
  const own = "_bus.client.123e4567-e89b-42d3-a456-426614174000";
  assert.deepEqual(exchange.route(own), []);
  exchange.subscribe(asking, own);
  assert.equal(exchange.route("a.b"), route);
  assert.deepEqual(exchange.route(own), [asking]);
  exchange.unsubscribe(asking, own);
  assert.deepEqual(exchange.route(own), []);
});

test("of what everybody may subscribe one subscriber may have 1,024, and of what its rights allow still more", () => {
  const exchange = new Exchange();
  const subscriber = new Ends(limited(["logs.*"], ["logs.*"]));
  const own = (index: number): string => `_bus.barrier.123e4567-e89b-42d3-a456-426614174000.${index}`;
  for (let index = 0; index < 1_024; index += 1) assert.equal(exchange.subscribe(subscriber, own(index)), true);
  assert.equal(exchange.subscribe(subscriber, own(1_024)), false);
  assert.equal(exchange.subscribe(subscriber, "logs."), true);
  exchange.unsubscribe(subscriber, own(0));
  assert.equal(exchange.subscribe(subscriber, own(1_024)), true);
});

test("a subscription that the rights do not allow is refused, and leads nowhere", () => {
  const exchange = new Exchange();
  const subscriber = new Ends(limited([], ["logs.*"]));
  assert.equal(exchange.subscribe(subscriber, ""), false);
  assert.equal(exchange.subscribe(subscriber, "door."), false);
  assert.equal(exchange.subscribe(subscriber, "logs."), true);
  assert.deepEqual([exchange.route("door.a"), exchange.route("logs.a")], [[], [subscriber]]);
});

test("a prefix that reaches further than the rights does not deliver more", () => {
  const exchange = new Exchange();
  const subscriber = new Ends(limited([], ["a.b"]));
  assert.equal(exchange.subscribe(subscriber, "a.b"), true);
  assert.deepEqual([exchange.route("a.b"), exchange.route("a.bc")], [[subscriber], []]);
});

test("where one client waits for answers no other may listen, until it has left", () => {
  const exchange = new Exchange();
  const own = "_reply.123e4567-e89b-42d3-a456-426614174000";
  const [one, same, other, nameless] = ["one", "one", "other", undefined].map((client) => new Ends(anybody, client));
  assert.equal(exchange.subscribe(one!, own), true);
  assert.equal(exchange.subscribe(same!, own), true);
  assert.equal(exchange.subscribe(other!, own), false);
  assert.equal(exchange.subscribe(nameless!, own), false);
  assert.equal(exchange.subscribe(new Ends(limited(["*"], ["*"]), "one"), own), false);
  assert.deepEqual(exchange.route(own), [one, same]);
  for (const end of [one!, same!]) exchange.leave(end);
  assert.equal(exchange.subscribe(other!, own), true);
});

test("a prefix longer than any topic, and more than 50,000 of one subscriber, are refused", () => {
  const exchange = new Exchange();
  const subscriber = new Ends(anybody);
  assert.equal(exchange.subscribe(subscriber, "a".repeat(256)), false);
  assert.equal(exchange.subscribe(subscriber, "a".repeat(255)), true);
  exchange.unsubscribe(subscriber, "a".repeat(255));
  for (let index = 0; index < 50_000; index += 1) exchange.subscribe(subscriber, String(index));
  assert.equal(exchange.subscribe(subscriber, "one more"), false);
});

test("what somebody subscribes already changes no route when it is said again", () => {
  const exchange = new Exchange();
  const subscriber = new Ends(anybody);
  exchange.subscribe(subscriber, "a");
  const { version } = exchange;
  assert.equal(exchange.subscribe(subscriber, "a"), true);
  assert.equal(exchange.version, version);
  exchange.unsubscribe(subscriber, "a");
  assert.deepEqual(exchange.route("a"), []);
});
