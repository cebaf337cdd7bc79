import assert from "node:assert/strict";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { BusConfig } from "../../../../plugins/message_bus/config.ts";
import { cliIdentity } from "../../../../plugins/message_bus/peers/bus_keys.ts";
import { PeerFolder } from "../../../../plugins/message_bus/peers/peer_folder.ts";
import { PeerKeeper } from "../../../../plugins/message_bus/peers/peer_keeper.ts";
import MessageBusPlugin from "../../../../plugins/message_bus/plugin.ts";
import { publicKeyOf } from "../../../../plugins/message_bus/zmtp/curve/keys.ts";
import { decodeZ85, encodeZ85 } from "../../../../plugins/message_bus/zmtp/curve/z85.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { loadKeyFile } from "../../../../runtime/key_file.ts";
import { pluginContext } from "../../../../runtime/testing.ts";
import { tempDir } from "../../../temp_dir.ts";
import { brokersOn } from "../test_broker.ts";

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

/** A keeper over a folder, and the warnings it gives. */
async function open(dataDir: string, config: Partial<BusConfig> = {}) {
  const { log, lines } = pluginContext(MessageBusPlugin);
  const reserved = ["backplane", "message_bus"];
  const keeper = await PeerKeeper.open({ config: { engine: "zmtp", peers: {}, ...config }, dataDir, reserved, log });
  const warnings = (): string[] => lines.filter(({ level }) => level === "warning").map(({ message }) => message);
  return { keeper, warnings };
}

async function startBroker(context: TestContext) {
  return (await brokersOn(() => zmtpEngine(systemClock))(context)).broker;
}

test("the first start makes the broker's key and the command line's, for their owner alone", async (context) => {
  const dataDir = await tempDir(context);
  const { keeper } = await open(dataDir);
  for (const name of ["bus.key", "bus_cli.key"]) assert.equal((await stat(join(dataDir, name))).mode & 0o777, 0o600);
  const secret = await loadKeyFile(join(dataDir, "bus.key"));
  assert.deepEqual(keeper.table.secretKey, secret);
  assert.deepEqual(decodeZ85(keeper.publicKey!), publicKeyOf(secret!));
});

test("the next start has the same keys", async (context) => {
  const dataDir = await tempDir(context);
  const first = await open(dataDir);
  const second = await open(dataDir);
  assert.equal(second.keeper.publicKey, first.keeper.publicKey);
});

test("the command line of the install is the peer cli", async (context) => {
  const dataDir = await tempDir(context);
  assert.equal(await cliIdentity(dataDir), undefined);
  const { keeper } = await open(dataDir);
  const identity = await cliIdentity(dataDir);
  assert.equal(keeper.table.withKey(publicKeyOf(identity!.secretKey)), keeper.table.cli);
  assert.equal(encodeZ85(identity!.serverKey), keeper.publicKey);
});

test("engine native makes no keys, and everybody may do everything", async (context) => {
  const dataDir = await tempDir(context);
  const { keeper } = await open(dataDir, { engine: "native" });
  assert.equal(keeper.publicKey, undefined);
  assert.equal(keeper.table.anonymous.rights.maySubscribe("logs."), true);
  await assert.rejects(stat(join(dataDir, "bus.key")), { code: "ENOENT" });
});

test("peers are known by the keys in the folder, with the rights of the manifest", async (context) => {
  const dataDir = await tempDir(context);
  await new PeerFolder(dataDir).add("door", key(1));
  const { keeper } = await open(dataDir, { peers: { door: { publish: ["door.*"], subscribe: [] } } });
  assert.equal(keeper.table.withKey(key(1))?.rights.mayPublish("door.a"), true);
});

test("a key under a name of the house is ignored with a warning", async (context) => {
  const dataDir = await tempDir(context);
  await new PeerFolder(dataDir).add("cli", key(1));
  const { keeper, warnings } = await open(dataDir);
  assert.equal(keeper.table.withKey(key(1)), undefined);
  assert.deepEqual(
    keeper.ignored.map(({ file }) => file),
    ["cli.pub"],
  );
  assert.match(
    warnings().join(),
    /bus_peers\/cli\.pub counts for nothing: the name belongs to a plugin or to the system/,
  );
});

test("a plugin takes its name from a program, with a warning", async (context) => {
  const dataDir = await tempDir(context);
  await new PeerFolder(dataDir).add("greeter", key(1));
  const { keeper, warnings } = await open(dataDir);
  assert.deepEqual(keeper.ignored, []);
  keeper.plugin("greeter", await startBroker(context));
  assert.equal(keeper.table.withKey(key(1)), undefined);
  assert.match(warnings().join(), /greeter\.pub counts for nothing/);
});

test("refresh takes in new keys and names who lost theirs", async (context) => {
  const dataDir = await tempDir(context);
  const folder = new PeerFolder(dataDir);
  await folder.add("door", key(1));
  const { keeper } = await open(dataDir);
  const door = keeper.table.withKey(key(1));
  await folder.add("window", key(2));
  const broker = await startBroker(context);
  assert.equal((await keeper.refresh(broker)).size, 0);
  assert.equal(keeper.table.withKey(key(2))?.name, "window");
  await folder.remove("door");
  assert.deepEqual([...(await keeper.refresh(broker)).keys()], [door]);
  assert.equal(keeper.table.withKey(key(1)), undefined);
});

test("a broker's key that is made anew beside keys of programs is said", async (context) => {
  const dataDir = await tempDir(context);
  await new PeerFolder(dataDir).add("door", key(1));
  await open(dataDir);
  await rm(join(dataDir, "bus.key"));
  assert.match((await open(dataDir)).warnings().join(), /programs must be told its public key/);
});

test("a key file that is none stops the start, and is not written over", async (context) => {
  const dataDir = await tempDir(context);
  await writeFile(join(dataDir, "bus.key"), "mine", { mode: 0o600 });
  await assert.rejects(open(dataDir), { code: "RUNTIME_KEY_INVALID" });
});

test("a key that is revoked while the keys are being read again does not come back", async (context) => {
  const dataDir = await tempDir(context);
  const { keeper } = await open(dataDir);
  const folder = join(dataDir, "bus_peers");
  await new PeerFolder(dataDir).add("a_revoked", key(1));
  const others = Array.from({ length: 500 }, (_, index) => join(folder, `other${index}.pub`));
  for (const file of others) await writeFile(file, "no key");
  const broker = await startBroker(context);
  const first = keeper.refresh(broker);
  // Time enough to read the first of the files, and not the last.
  await readFile(join(folder, "a_revoked.pub"));
  await Promise.all(others.map((file) => rm(file)));
  await new PeerFolder(dataDir).remove("a_revoked");
  await Promise.all([first, keeper.refresh(broker)]);
  assert.equal(keeper.table.withKey(key(1)), undefined);
});
