import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import { connectBus } from "../../plugins/message_bus/client.ts";
import { logEntry } from "../../plugins/message_bus/contract.ts";
import { publicKeyOf } from "../../plugins/message_bus/zmtp/curve/keys.ts";
import { decodeZ85, encodeZ85 } from "../../plugins/message_bus/zmtp/curve/z85.ts";
import { systemClock } from "../../runtime/clock.ts";
import { line } from "../plugins/message_bus/test_broker.ts";
import { tempDir } from "../temp_dir.ts";
import { CommandLine, type Finished, freePorts, run, writeCore } from "./command_line.ts";

interface AddedKey {
  readonly public_key: string;
  readonly secret_key?: string;
  readonly secret_file?: string;
  readonly server_key: string;
  readonly in_manifest: boolean;
  readonly running: boolean;
  readonly disconnected: number;
}

interface Listed {
  readonly running: boolean;
  readonly curve_public_key: string;
  readonly peers: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
  readonly ignored: readonly unknown[];
}

const peers = { door: { publish: ["door.*"] }, greeter: { publish: ["logs.*"] } };

/** A folder with a manifest that nobody runs. */
async function install(context: TestContext, config: object = { peers }): Promise<string> {
  const folder = await tempDir(context);
  const entry = { module: "./greeter.ts" };
  await writeCore(folder, { message_bus: { config }, greeter: entry });
  return folder;
}

function peer(context: TestContext, folder: string, ...args: string[]): Promise<Finished> {
  return run(context, ["bus", "peer", ...args], { cwd: folder });
}

function publicOf(secret: string): string {
  return encodeZ85(publicKeyOf(decodeZ85(secret)!));
}

test("bus peer add: makes a key pair, stores the public half and shows the secret one", async (t) => {
  const folder = await install(t);
  const { code, stdout } = await peer(t, folder, "add", "door", "--json");
  assert.equal(code, 0);
  const added = JSON.parse(stdout) as AddedKey;
  assert.equal(await readFile(join(folder, "data", "bus_peers", "door.pub"), "utf8"), `${added.public_key}\n`);
  assert.equal(publicOf(added.secret_key!), added.public_key);
  const brokerKey = await readFile(join(folder, "data", "bus.key"), "utf8");
  assert.equal(encodeZ85(publicKeyOf(Buffer.from(brokerKey.trim(), "hex"))), added.server_key);
  assert.deepEqual([added.in_manifest, added.running], [true, false]);
});

test("bus peer add: says when it takes effect, and what the manifest lacks", async (t) => {
  const folder = await install(t);
  const window = await peer(t, folder, "add", "window");
  assert.match(window.stdout, /\n +window: \{ publish: \[\], subscribe: \[\] \}\n/);
  assert.match(window.stdout, /No instance answers: it takes effect at the next start\.\n$/);
  assert.doesNotMatch((await peer(t, folder, "add", "door")).stdout, /publish: \[\]/);
});

test("bus peer add --out: the secret goes into a file for its owner alone, and never over another", async (t) => {
  const folder = await install(t);
  const { stdout } = await peer(t, folder, "add", "door", "--out", "door.key");
  const path = join(folder, "door.key");
  const secret = await readFile(path, "utf8");
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(publicOf(secret.trim()), (await readFile(join(folder, "data/bus_peers/door.pub"), "utf8")).trim());
  assert.doesNotMatch(stdout, new RegExp(secret.trim().replaceAll(/\W/g, "\\$&")));
  const again = await peer(t, folder, "add", "window", "--out", "door.key");
  assert.deepEqual([again.code, again.error], [73, "CLI_WRITE_FAILED"]);
  assert.equal(await readFile(path, "utf8"), secret);
  assert.deepEqual(await readdir(join(folder, "data", "bus_peers")), ["door.pub"], "nothing has changed");
});

test("bus peer add: a second key for a name is refused", async (t) => {
  const folder = await install(t);
  await peer(t, folder, "add", "door");
  const old = await readFile(join(folder, "data/bus_peers/door.pub"), "utf8");
  const { code, error } = await peer(t, folder, "add", "door", "--out", "late.key");
  assert.deepEqual([code, error], [78, "BUS_PEER_EXISTS"]);
  assert.equal(await readFile(join(folder, "data/bus_peers/door.pub"), "utf8"), old);
  await assert.rejects(stat(join(folder, "late.key")), { code: "ENOENT" });
});

test("bus peer add: a plugin's name is none for a program", async (t) => {
  const folder = await install(t);
  const { code, error } = await peer(t, folder, "add", "greeter");
  assert.deepEqual([code, error], [64, "BUS_PEER_INVALID"]);
});

test("bus peer rotate: puts a new key in the place of the old one", async (t) => {
  const folder = await install(t);
  await peer(t, folder, "add", "door");
  const old = await readFile(join(folder, "data/bus_peers/door.pub"), "utf8");
  const { public_key } = JSON.parse((await peer(t, folder, "rotate", "door", "--json")).stdout) as AddedKey;
  assert.equal(await readFile(join(folder, "data/bus_peers/door.pub"), "utf8"), `${public_key}\n`);
  assert.notEqual(old, `${public_key}\n`);
});

test("bus peer revoke: removes the key; an unknown name exits with 64 and tells those there are", async (t) => {
  const folder = await install(t);
  await peer(t, folder, "add", "door");
  const wrong = await peer(t, folder, "revoke", "dor");
  assert.deepEqual([wrong.code, wrong.error], [64, "BUS_PEER_UNKNOWN"]);
  assert.match(wrong.stderr, /Peers: door\./);
  const { code, stdout } = await peer(t, folder, "revoke", "door");
  assert.deepEqual(
    [code, stdout],
    [0, "The key of door is removed. No instance answers: it takes effect at the next start.\n"],
  );
  assert.deepEqual(await readdir(join(folder, "data", "bus_peers")), []);
  assert.equal((await peer(t, folder, "rotate", "door")).error, "BUS_PEER_UNKNOWN");
});

test("bus peer list: without an instance, what holds at the next start", async (t) => {
  const folder = await install(t);
  await peer(t, folder, "add", "window");
  await writeFile(join(folder, "data/bus_peers/bad.pub"), "no key");
  const { stdout } = await peer(t, folder, "list");
  assert.match(stdout, /^anonymous +anonymous +no +logs\.\* +-$/m);
  assert.match(stdout, /^cli +cli +yes +\* +\*$/m);
  assert.match(stdout, /^greeter +plugin +no +logs\.\* +-$/m);
  assert.match(stdout, /^door +program +no +door\.\* +-$/m);
  assert.match(stdout, /^window +program +yes +- +-$/m);
  assert.match(stdout, /bus_peers\/bad\.pub counts for nothing/);
  assert.match(stdout, /No instance answers/);
});

test("bus peer: engine native knows no keys, and settings with faults no peers", async (t) => {
  const native = await install(t, { engine: "native" });
  assert.equal((await peer(t, native, "add", "door")).error, "BUS_ENGINE_UNSUPPORTED");
  const faulty = await install(t, { peers: { door: { publish: ["Not"] } } });
  const { code, error } = await peer(t, faulty, "list");
  assert.deepEqual([code, error], [78, "PLUGIN_CONFIG_INVALID"]);
});

describe("a running instance", () => {
  const cleanups: (() => unknown)[] = [];
  const suite = { after: (hook: () => unknown) => void cleanups.push(hook) };
  let folder: string;
  let instance: CommandLine;
  let ports: { readonly publishPort: number; readonly subscribePort: number };

  before(async () => {
    folder = await tempDir(suite);
    const [publish_port = 0, subscribe_port = 0] = await freePorts(2);
    ports = { publishPort: publish_port, subscribePort: subscribe_port };
    const config = { publish_port, subscribe_port, max_message_bytes: 2_000, peers: { door: peers.door } };
    await writeCore(folder, { message_bus: { config } });
    instance = new CommandLine(suite, ["start"], { cwd: folder });
    await instance.shows("Start has settled");
  });

  after(async () => {
    instance.kill("SIGTERM");
    await instance.finished;
    for (const cleanup of cleanups.toReversed()) await cleanup();
  });

  /** A manifest that names the same ports, with a data folder of its own. */
  async function elsewhere(context: TestContext): Promise<string> {
    const { publishPort: publish_port, subscribePort: subscribe_port } = ports;
    return await install(context, { publish_port, subscribe_port });
  }

  test("bus peer list --json: who may do what and did what", async (t) => {
    const listed = JSON.parse((await peer(t, folder, "list", "--json")).stdout) as Listed;
    assert.equal(listed.running, true);
    assert.equal(decodeZ85(listed.curve_public_key)?.length, 32);
    const door = listed.peers.find(({ name }) => name === "door");
    const rights = { publish: ["door.*"], subscribe: [], in_manifest: true };
    const counters = { connections: 0, in: 0, out: 0, dropped: 0, refused: 0, bytes_in: 0, bytes_out: 0 };
    assert.deepEqual(door, { name: "door", kind: "program", has_key: false, ...rights, ...counters });
  });

  test("bus peer add and revoke: the instance knows at once", async (t) => {
    const added = JSON.parse((await peer(t, folder, "add", "door", "--json")).stdout) as AddedKey;
    assert.deepEqual([added.running, added.disconnected], [true, 0]);
    const hasKey = async (): Promise<unknown> => {
      const listed = JSON.parse((await peer(t, folder, "list", "--json")).stdout) as Listed;
      return listed.peers.find(({ name }) => name === "door")?.["has_key"];
    };
    assert.equal(await hasKey(), true);
    assert.match((await peer(t, folder, "revoke", "door")).stdout, /The instance knows of it/);
    assert.equal(await hasKey(), false);
  });

  test("bus peer revoke and rotate: who has a key no more is cut off at once", async (t) => {
    for (const action of ["revoke", "rotate"]) {
      const { secret_key, server_key } = JSON.parse(
        (await peer(t, folder, "add", "door", "--json")).stdout,
      ) as AddedKey;
      const curve = { secretKey: decodeZ85(secret_key!)!, serverKey: decodeZ85(server_key)! };
      const client = await connectBus({ ...ports, source: "door", clock: systemClock, curve });
      await client.publish("door.open", logEntry, line);
      const { disconnected } = JSON.parse((await peer(t, folder, action, "door", "--json")).stdout) as AddedKey;
      assert.equal(disconnected, 2, "a client has two connections");
      await client.close();
    }
  });

  test("bus publish and subscribe: the command line comes with the install's own key", async (t) => {
    const listener = new CommandLine(t, ["bus", "subscribe", "free.*", "--count", "1", "--json"], { cwd: folder });
    await listener.shows("Listening");
    const sent = await run(t, ["bus", "publish", "free.topic"], { cwd: folder, input: "hello\n" });
    assert.equal(sent.code, 0, sent.stderr);
    const message = JSON.parse((await listener.finished).stdout) as { source: string };
    assert.equal(message.source, "cli");
  });

  test("bus publish --source: any other comes without a key, with the rights of anonymous", async (t) => {
    const args = ["bus", "publish", "free.topic", "--source", "somebody"];
    const { code, error, stderr } = await run(t, args, { cwd: folder, input: "hello\n" });
    assert.deepEqual([code, error], [1, "BUS_FORBIDDEN"]);
    assert.match(stderr, /the peer "anonymous" may publish logs\.\* only\./);
    assert.match(stderr, /Come with a key/, "the remedy is not to open the bus to everybody");
  });

  test("bus publish --source: a name that somebody else has is refused as such", async (t) => {
    const args = ["bus", "publish", "logs.a.b", "--source", "door", "--wait", "1"];
    const { code, error, stderr } = await run(t, args, { cwd: folder });
    assert.deepEqual([code, error], [1, "BUS_FORBIDDEN"]);
    assert.match(stderr, /Cannot publish as "door": the broker answers, but takes nothing under this name/);
  });

  test("bus publish: who has not the install's keys comes as anonymous", async (t) => {
    const stranger = await elsewhere(t);
    const listener = new CommandLine(t, ["bus", "subscribe", "logs.a.*", "--count", "1", "--json"], { cwd: folder });
    await listener.shows("Listening");
    const { code, stdout, stderr } = await run(t, ["bus", "publish", "logs.a.b"], { cwd: stranger, input: "hello\n" });
    assert.deepEqual([code, stdout], [0, "1 sent to logs.a.b.\n"], stderr);
    assert.equal((JSON.parse((await listener.finished).stdout) as { source: string }).source, "anonymous");
  });

  test("bus publish: knows the limit of messages from the manifest", async (t) => {
    const listener = new CommandLine(t, ["bus", "subscribe", "big.*"], { cwd: folder });
    await listener.shows("Listening");
    const input = `${"x".repeat(20_000)}\n`;
    const { code, error, stderr } = await run(t, ["bus", "publish", "big.line"], { cwd: folder, input });
    assert.deepEqual([code, error], [1, "BUS_MESSAGE_TOO_LARGE"], stderr);
  });

  test("bus publish: does not call sent what was under way when the connection broke", async (t) => {
    // That manifest does not say how large a message may be, so the broker cuts off who sends this.
    const stranger = await elsewhere(t);
    const listener = new CommandLine(t, ["bus", "subscribe", "logs.a.*"], { cwd: folder });
    await listener.shows("Listening");
    const input = `first\n${"x".repeat(20_000)}\n`;
    const { code, stdout, error } = await run(t, ["bus", "publish", "logs.a.b"], { cwd: stranger, input });
    assert.deepEqual([code, error, stdout], [69, "BUS_UNREACHABLE", "At most 2 sent to logs.a.b.\n"]);
  });

  test("bus peer add --json: the secret is shown also when the instance cannot be told", async (t) => {
    const env = { BACKPLANE_ADMIN_TOKEN: "wrong" };
    const { error, stdout } = await run(t, ["bus", "peer", "add", "gate", "--json"], { cwd: folder, env });
    assert.equal(error, "CLI_REFUSED");
    const added = JSON.parse(stdout) as AddedKey;
    assert.equal(publicOf(added.secret_key!), added.public_key);
  });

  test("bus peer revoke: an instance that cannot be told is an error, for its connections live on", async (t) => {
    await peer(t, folder, "add", "window");
    const env = { BACKPLANE_ADMIN_TOKEN: "wrong" };
    const { code, error, stderr } = await run(t, ["bus", "peer", "revoke", "window"], { cwd: folder, env });
    assert.deepEqual([code, error], [1, "CLI_REFUSED"]);
    assert.match(stderr, /The key of window is removed, but the running instance does not know it yet\./);
  });
});
