import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import { tempDir } from "../temp_dir.ts";
import { CommandLine, type Finished, freePort, freePorts, jsonLines, run, writeCore } from "./command_line.ts";
import { until } from "./instance.ts";

const cleanups: (() => unknown)[] = [];
const suite = { after: (hook: () => unknown) => void cleanups.push(hook) };

/** One instance with the built-in plugins for all of these tests: each publishes on a topic of its own. */
describe("a running instance", () => {
  let folder: string;
  let instance: CommandLine;
  const ask = (context: TestContext, args: readonly string[], input = ""): Promise<Finished> =>
    run(context, args, { cwd: folder, input });
  const logged = async (context: TestContext, module: string, count: number): Promise<Record<string, unknown>[]> => {
    let rows: Record<string, unknown>[] = [];
    await until(async () => {
      rows = jsonLines((await ask(context, ["logs", "--module", module, "--json"])).stdout);
      return rows.length >= count;
    }, `${count} rows of ${module}`);
    return rows;
  };

  before(async () => {
    folder = await tempDir(suite);
    const [publish_port, subscribe_port] = await freePorts(2);
    const config = { publish_port, subscribe_port };
    await writeCore(folder, { database: {}, message_bus: { config }, log_consumer: {}, off: { enabled: false } });
    instance = new CommandLine(suite, ["start"], { cwd: folder });
    await instance.shows("Start has settled");
  });

  after(async () => {
    instance.kill("SIGTERM");
    const { code } = await instance.finished;
    for (const cleanup of cleanups.toReversed()) await cleanup();
    assert.equal(code, 0);
  });

  test("health: a table of the plugins, exit code 0", async (t) => {
    const { code, stdout } = await ask(t, ["health"]);
    assert.equal(code, 0);
    assert.match(stdout, /^healthy\n\nPLUGIN +STATUS +STATE\ndatabase +healthy +running\n/);
    assert.match(stdout, /\noff +disabled +disabled\n/);
  });

  test("health --json: the answer of the instance", async (t) => {
    const { stdout } = await ask(t, ["health", "--json"]);
    assert.equal((JSON.parse(stdout) as { status: string }).status, "healthy");
  });

  test("health <plugin>: everything its check says, with the token of the data folder", async (t) => {
    const { code, stdout } = await ask(t, ["health", "message_bus"]);
    assert.equal(code, 0);
    assert.match(stdout, /^message_bus healthy\n(.*\n)* {2}engine +zmtp\n/);
  });

  test("health <plugin>: an unknown one exits with 64 and names those there are", async (t) => {
    const { code, stderr, error } = await ask(t, ["health", "mesage_bus"]);
    assert.equal(code, 64);
    assert.equal(error, "PLUGIN_UNKNOWN");
    assert.match(stderr, /error PLUGIN_UNKNOWN: .*\n.*database, message_bus, log_consumer/);
  });

  test("health <plugin>: a wrong token is refused with what to do", async (t) => {
    const env = { BACKPLANE_ADMIN_TOKEN: "wrong" };
    const { code, stderr, error } = await run(t, ["health", "database"], { cwd: folder, env });
    assert.equal(code, 1);
    assert.equal(error, "CLI_REFUSED");
    assert.match(stderr, /error CLI_REFUSED: .*token.*\n.*BACKPLANE_ADMIN_TOKEN/);
  });

  test("bus publish: each line of standard input is an entry with the topic's subsystem and module", async (t) => {
    const { code, stdout } = await ask(t, ["bus", "publish", "logs.system.lines"], "one\n\ntwo {x}\r\nthree");
    assert.deepEqual([code, stdout], [0, "3 sent to logs.system.lines.\n"]);
    const rows = await logged(t, "lines", 3);
    assert.deepEqual(
      rows.map(({ subsystem, level, message }) => [subsystem, level, message]),
      ["one", "two {x}", "three"].map((message) => ["system", "info", message]),
    );
  });

  test("bus publish: 20,000 lines all arrive, in their order", async (t) => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    const { stdout } = await ask(t, ["bus", "publish", "logs.system.many", "--json"], lines.join("\n"));
    assert.deepEqual(JSON.parse(stdout), { topic: "logs.system.many", sent: 20_000, unheard: 0, confirmed: true });
    let shown: string[] = [];
    await until(async () => {
      const answer = await ask(t, ["logs", "--module", "many", "--limit", "30000", "--json"]);
      shown = jsonLines(answer.stdout).map(({ message }) => String(message));
      return shown.length === lines.length;
    }, "all lines logged");
    assert.deepEqual(shown, lines);
  });

  test("bus publish: lines that are log entries as JSON are taken as such", async (t) => {
    const input = '{"level":"error","message":"a","module":"json","trace_id":"t1","port":80}\n{"not":"an entry"}\n';
    assert.equal((await ask(t, ["bus", "publish", "logs.system.json"], input)).code, 0);
    const [first, second] = await logged(t, "json", 2);
    assert.deepEqual([first?.["level"], first?.["trace_id"], first?.["extra"]], ["error", "t1", { port: "80" }]);
    assert.equal(second?.["message"], '{"not":"an entry"}');
  });

  test("bus publish --format ndjson: a bad line is named, and what came before it is sent", async (t) => {
    const args = ["bus", "publish", "logs.system.bad", "--format", "ndjson"];
    const { code, stdout, stderr, error } = await ask(
      t,
      args,
      '{"message":"a"}\n{"message":"b"}\nc\n{"message":"d"}\n',
    );
    assert.deepEqual([code, stdout], [64, "2 sent to logs.system.bad.\n"]);
    assert.equal(error, "CLI_INPUT_INVALID");
    assert.match(stderr, /error CLI_INPUT_INVALID: Cannot read line 3: it is not JSON\./);
    await logged(t, "bad", 2);
  });

  test("bus publish: nothing on standard input is 0 sent", async (t) => {
    const { code, stdout } = await ask(t, ["bus", "publish", "logs.system.none"]);
    assert.deepEqual([code, stdout], [0, "0 sent to logs.system.none.\n"]);
  });

  test("bus publish: without a subscriber nothing is taken for sent", async (t) => {
    const { code, stdout, stderr, error } = await ask(t, ["bus", "publish", "other.topic", "--wait", "1"], "a\n");
    assert.deepEqual([code, stdout], [69, "0 sent to other.topic.\n"]);
    assert.equal(error, "BUS_UNREACHABLE");
    assert.match(stderr, /error BUS_UNREACHABLE: .*nobody subscribes to other\.topic/);
  });

  test("bus publish: a signal ends the reading; what was read is sent", async (t) => {
    const program = new CommandLine(t, ["bus", "publish", "logs.system.cut"], { cwd: folder });
    program.process.stdin!.write("one\ntwo\n");
    await logged(t, "cut", 2);
    program.kill("SIGINT");
    const { code, stdout } = await program.finished;
    assert.deepEqual([code, stdout], [0, "2 sent to logs.system.cut.\n"]);
  });

  test("bus subscribe: shows what is published, safe for a terminal, until there are enough", async (t) => {
    const listener = new CommandLine(t, ["bus", "subscribe", "demo.*", "--count", "2"], { cwd: folder });
    await listener.shows("Listening to demo.*");
    await ask(t, ["bus", "publish", "demo.one", "--level", "warning"], "red \u001b[31m\nlast\n");
    const { code, stdout } = await listener.finished;
    assert.equal(code, 0);
    assert.match(stdout, /^\S+ demo\.one <cli> warning red \\u\{1b\}\[31m\n\S+ demo\.one <cli> warning last\n$/);
  });

  test("bus subscribe --json: the entry in snake_case; a signal ends it with 0", async (t) => {
    const listener = new CommandLine(t, ["bus", "subscribe", "sample.*", "--json"], { cwd: folder });
    await listener.shows("Listening");
    await ask(t, ["bus", "publish", "sample.one"], '{"message":"m","file_path":"a.ts","line_number":3}\n');
    await listener.shows("file_path");
    listener.kill("SIGTERM");
    const { code, stdout } = await listener.finished;
    const { topic, entry } = jsonLines(stdout)[0] as { topic: string; entry: Record<string, unknown> };
    assert.deepEqual([code, topic], [0, "sample.one"]);
    assert.deepEqual([entry["message"], entry["file_path"], entry["line_number"]], ["m", "a.ts", 3]);
  });

  test("logs: searches, newest at the bottom, as lines that a terminal cannot be fooled with", async (t) => {
    await ask(t, ["bus", "publish", "logs.system.search"], "fix one\nother\nfix two \u001b[2J\n");
    await logged(t, "search", 3);
    const { code, stdout } = await ask(t, ["logs", "--q", "fix", "--module", "search"]);
    assert.equal(code, 0);
    assert.match(stdout, /^\S+ info +system\/search: fix one\n\S+ info +system\/search: fix two \\u001b\[2J\n$/);
  });

  test("logs --limit: the newest so many", async (t) => {
    await ask(t, ["bus", "publish", "logs.system.limit"], "1\n2\n3\n");
    await logged(t, "limit", 3);
    const { stdout } = await ask(t, ["logs", "--module", "limit", "--limit", "2", "--json"]);
    assert.deepEqual(
      jsonLines(stdout).map(({ message }) => message),
      ["2", "3"],
    );
  });

  test("logs --follow: first some of what there is, then what comes; a signal ends it with 0", async (t) => {
    await ask(t, ["bus", "publish", "logs.system.follow"], "before\n");
    await logged(t, "follow", 1);
    const follower = new CommandLine(t, ["logs", "--follow", "--module", "follow"], { cwd: folder });
    await follower.shows("before");
    await ask(t, ["bus", "publish", "logs.system.follow"], "while\n");
    await follower.shows("while");
    follower.kill("SIGINT");
    assert.equal((await follower.finished).code, 0);
  });

  test("logs: since and until take ages and moments", async (t) => {
    await ask(t, ["bus", "publish", "logs.system.ages"], "now\n");
    await logged(t, "ages", 1);
    const since = await ask(t, ["logs", "--module", "ages", "--since", "1h"]);
    const until1h = await ask(t, ["logs", "--module", "ages", "--until", "1h"]);
    assert.match(since.stdout, /now/);
    assert.deepEqual([until1h.code, until1h.stdout], [0, ""]);
    const wrong = await ask(t, ["logs", "--since", "yesterday"]);
    assert.equal(wrong.code, 64);
    assert.equal(wrong.error, "CLI_USAGE");
    assert.match(wrong.stderr, /error CLI_USAGE: .*--since yesterday/);
  });

  test("logs: ends quietly when its reader goes away", async (t) => {
    await ask(t, ["bus", "publish", "logs.system.pipe"], "before\n");
    await logged(t, "pipe", 1);
    const program = new CommandLine(t, ["logs", "--follow", "--module", "pipe"], { cwd: folder });
    await program.shows("before");
    program.process.stdout!.destroy();
    await ask(t, ["bus", "publish", "logs.system.pipe"], "a\n");
    const { code, stderr } = await program.finished;
    assert.deepEqual([code, stderr], [0, ""]);
  });
});

test("health: exits with 1 when a critical plugin does not run", async (t) => {
  const server = createServer((_, response) => {
    response.writeHead(503, { "content-type": "application/json" });
    response.end('{"status":"unhealthy","summary":{},"plugins":{"a":{"status":"unhealthy","state":"error"}}}');
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const manifest = await writeCore(await tempDir(t), {}, { port: (server.address() as AddressInfo).port });
  const { code, stdout } = await run(t, ["health", "--manifest", manifest]);
  assert.equal(code, 1);
  assert.match(stdout, /^unhealthy\n/);
});

test("health: exits with 69 when nothing listens, naming the place and what to do", async (t) => {
  const port = await freePort();
  const manifest = await writeCore(await tempDir(t), {}, { port, host: "0.0.0.0", allow_unauthenticated: true });
  const { code, stderr, error } = await run(t, ["health", "--manifest", manifest]);
  assert.equal(code, 69);
  assert.equal(error, "CLI_UNREACHABLE");
  assert.match(stderr, new RegExp(`error CLI_UNREACHABLE: .*http://127\\.0\\.0\\.1:${port}.*\n.*backplane start`));
});

test("health: exits with 69 when something else listens there", async (t) => {
  const server = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const manifest = await writeCore(await tempDir(t), {}, { port: (server.address() as AddressInfo).port });
  const { code, stderr } = await run(t, ["health", "--manifest", manifest]);
  assert.equal(code, 69);
  assert.match(stderr, /is not Backplane/);
});

test("logs: without log_consumer says so", async (t) => {
  const folder = await tempDir(t);
  await writeCore(folder, {});
  const instance = new CommandLine(t, ["start"], { cwd: folder });
  await instance.shows("Start has settled");
  for (const args of [["logs"], ["logs", "--follow"]]) {
    const { code, stderr, error } = await run(t, args, { cwd: folder });
    assert.equal(code, 1);
    assert.equal(error, "CLI_REFUSED");
    assert.match(stderr, /error CLI_REFUSED: .*log_consumer.*\n.*Enable/);
  }
});

test("bus publish: a broker that does not answer is waited for and exits with 69", async (t) => {
  const folder = await tempDir(t);
  const [publish_port, subscribe_port] = await freePorts(2);
  const config = { publish_port, subscribe_port };
  await writeCore(folder, { message_bus: { config } });
  const { code, stderr, error } = await run(t, ["bus", "publish", "logs.a.b", "--wait", "1"], {
    cwd: folder,
    input: "a\n",
  });
  assert.equal(code, 69);
  assert.equal(error, "BUS_UNREACHABLE");
  assert.match(stderr, /error BUS_UNREACHABLE: /);
});

test("bus publish and subscribe: what is no topic or pattern exits with 64 before anything is connected", async (t) => {
  const folder = await tempDir(t);
  const topic = await run(t, ["bus", "publish", "Logs..x"], { cwd: folder });
  assert.equal(topic.code, 64);
  assert.equal(topic.error, "BUS_TOPIC_INVALID");
  assert.match(topic.stderr, /error BUS_TOPIC_INVALID: /);
  const pattern = await run(t, ["bus", "subscribe", "a..b"], { cwd: folder });
  assert.equal(pattern.code, 64);
  assert.equal(pattern.error, "BUS_PATTERN_INVALID");
  assert.match(pattern.stderr, /error BUS_PATTERN_INVALID: /);
});

test("bus and health: port 0 in the manifest cannot be asked", async (t) => {
  const folder = await tempDir(t);
  await writeFile(
    join(folder, "core.yaml"),
    "core: { api_gateway: { port: 0, plugins: { message_bus: { config: { publish_port: 0 } } } } }\n",
  );
  const health = await run(t, ["health"], { cwd: folder });
  assert.equal(health.code, 69);
  assert.equal(health.error, "CLI_UNREACHABLE");
  assert.match(health.stderr, /error CLI_UNREACHABLE: .*port 0/);
  const bus = await run(t, ["bus", "publish", "a.b"], { cwd: folder });
  assert.equal(bus.code, 69);
  assert.equal(bus.error, "BUS_UNREACHABLE");
  assert.match(bus.stderr, /error BUS_UNREACHABLE: .*port 0/);
});

test("bus publish: when the broker goes, it says how many were sent at most", async (t) => {
  const folder = await tempDir(t);
  const [publish_port, subscribe_port] = await freePorts(2);
  const config = { publish_port, subscribe_port };
  await writeCore(folder, { database: {}, message_bus: { config }, log_consumer: {} });
  const instance = new CommandLine(t, ["start"], { cwd: folder });
  await instance.shows("Start has settled");
  const program = new CommandLine(t, ["bus", "publish", "logs.system.gone", "--wait", "2"], { cwd: folder });
  program.process.stdin!.write("one\n");
  await until(async () => {
    const { stdout } = await run(t, ["logs", "--module", "gone", "--json"], { cwd: folder });
    return stdout.includes('"one"');
  }, "the row");
  instance.kill("SIGTERM");
  await instance.finished;
  program.process.stdin!.end("two\n");
  const { code, stdout, stderr } = await program.finished;
  assert.equal(code, 69);
  assert.match(stdout, /^At most [12] sent to logs\.system\.gone\.\n$/);
  assert.match(stderr, /BUS_UNREACHABLE/);
});
