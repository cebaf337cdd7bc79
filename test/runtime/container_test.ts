import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceContainer } from "../../runtime/container.ts";
import { BackplaneError } from "../../runtime/errors.ts";
import { service } from "./plugin_spec.ts";

const taken = (error: unknown): boolean => error instanceof BackplaneError && error.code === "SERVICE_ALREADY_PROVIDED";

test("a value the host registers is there, with no owner, and counts among the host's keys", () => {
  const container = new ServiceContainer();
  const db = service("db");
  container.register(db, 1);
  container.publish("a", [{ key: service("cache"), value: 2 }]);
  assert.deepEqual(container.find(service("db")), { key: db, value: 1, owner: undefined, perConsumer: false });
  assert.deepEqual(container.hostKeys, [db]);
});

test("register() of a name that is taken is SERVICE_ALREADY_PROVIDED", () => {
  const container = new ServiceContainer();
  container.register(service("db"), 1);
  assert.throws(() => container.register(service("db", "2.0.0"), 2), taken);
});

test("publish() makes all of a plugin's services visible, or none: SERVICE_ALREADY_PROVIDED names the holder", () => {
  const container = new ServiceContainer();
  container.publish("a", [{ key: service("db"), value: 1 }]);
  const two = [
    { key: service("cache"), value: 2 },
    { key: service("db"), value: 3 },
  ];
  assert.throws(
    () => container.publish("b", two),
    (error) => taken(error) && /plugin "a"/.test(String(error)),
  );
  assert.equal(container.find(service("cache")), undefined);
});

test("withdraw() takes back what the plugin published and leaves what another did", () => {
  const container = new ServiceContainer();
  const db = [{ key: service("db"), value: 1 }];
  container.publish("a", db);
  container.withdraw("b", db);
  assert.equal(container.find(service("db"))?.owner, "a");
  container.withdraw("a", db);
  assert.equal(container.find(service("db")), undefined);
});

test("a provider's next run is a new object", () => {
  const container = new ServiceContainer();
  const db = [{ key: service("db"), value: 1 }];
  container.publish("a", db);
  const first = container.find(service("db"));
  container.withdraw("a", db);
  container.publish("a", db);
  assert.notEqual(container.find(service("db")), first);
});
