import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock, type Clock } from "../../../runtime/clock.ts";
import type { LogRecord } from "../../../runtime/logger.ts";
import { type LogLine, RuntimeLogger, type RuntimeLoggerOptions } from "../../../runtime/log/runtime_logger.ts";

const clock: Clock = { ...systemClock, now: () => 1_700_000_000_000 };

function makeLog(options: Partial<RuntimeLoggerOptions> = {}): { log: RuntimeLogger; messages: string[] } {
  const log = new RuntimeLogger({ clock, ...options });
  const messages: string[] = [];
  log.follow((record) => messages.push(record.message));
  return { log, messages };
}

test("a line carries time, level, origin and fields", () => {
  const records: LogRecord[] = [];
  const log = new RuntimeLogger({ clock });
  log.follow((record) => records.push(record));
  log.logger("plugin", "greeter").warning("hello", { count: 1 });
  assert.deepEqual(records, [
    {
      time: 1_700_000_000_000,
      level: "warning",
      subsystem: "plugin",
      module: "greeter",
      message: "hello",
      fields: { count: 1 },
      local: false,
    },
  ]);
});

test("every level has its method", () => {
  const levels: string[] = [];
  const log = new RuntimeLogger({ clock, level: "debug" });
  log.follow((record) => levels.push(record.level));
  const logger = log.logger("runtime", "test");
  logger.debug("");
  logger.info("");
  logger.warning("");
  logger.error("");
  logger.critical("");
  assert.deepEqual(levels, ["debug", "info", "warning", "error", "critical"]);
});

test("lines below the level are not made, and the level can be changed", () => {
  const { log, messages } = makeLog();
  const logger = log.logger("runtime", "test");
  logger.debug("unseen");
  log.level = "debug";
  logger.debug("seen");
  assert.equal(log.level, "debug");
  assert.deepEqual(messages, ["seen"]);
});

test("local marks its lines, and only its", () => {
  const marks: boolean[] = [];
  const log = new RuntimeLogger({ clock });
  log.follow((record) => marks.push(record.local));
  const logger = log.logger("plugin", "bus");
  logger.local.info("a");
  logger.local.local.info("b");
  logger.info("c");
  assert.deepEqual(marks, [true, true, false]);
});

test("follow() replays what the ring holds, oldest first, then what comes", () => {
  const log = new RuntimeLogger({ clock, capacity: 2 });
  const logger = log.logger("runtime", "test");
  for (const message of ["a", "b", "c"]) logger.info(message);
  const messages: string[] = [];
  log.follow((record) => messages.push(record.message));
  logger.info("d");
  assert.deepEqual(messages, ["b", "c", "d"]);
  assert.equal(log.dropped, 2);
});

test("the ring holds 1,000 lines by default", () => {
  const log = new RuntimeLogger({ clock });
  const logger = log.logger("runtime", "test");
  for (let line = 0; line < 1_003; line += 1) logger.info(`${line}`);
  const messages: string[] = [];
  log.follow((record) => messages.push(record.message));
  assert.equal(messages.length, 1_000);
  assert.equal(messages[0], "3");
  assert.equal(log.dropped, 3);
});

test("writeLater() makes a line when it is first read, in its place, of its time, once", () => {
  const log = new RuntimeLogger({ clock, secrets: ["told-secret"] });
  let made = 0;
  const describe = (message: string) => (): LogLine => {
    made += 1;
    return { level: "info", subsystem: "runtime", module: "test", message, fields: {} };
  };
  log.writeLater("info", 7, describe("late told-secret"));
  log.writeLater("debug", 7, describe("below the level"));
  log.logger("runtime", "test").info("early");
  assert.equal(made, 0);
  const records: LogRecord[] = [];
  for (let reader = 0; reader < 2; reader += 1) log.follow((record) => records.push(record))[Symbol.dispose]();
  assert.deepEqual(
    records.map(({ message, time }) => [message, time === 7]),
    [
      ["late [hidden]", true],
      ["early", false],
      ["late [hidden]", true],
      ["early", false],
    ],
  );
  assert.equal(made, 1);
});

test("writeLater() makes a line at once where somebody follows", () => {
  const { log, messages } = makeLog();
  log.writeLater("info", 0, () => ({
    level: "info",
    subsystem: "runtime",
    module: "test",
    message: "now",
    fields: {},
  }));
  assert.deepEqual(messages, ["now"]);
});

test("a disposed follower gets nothing more, even from the line under way", () => {
  const log = new RuntimeLogger({ clock });
  const second: string[] = [];
  log.follow(() => following[Symbol.dispose]());
  const following = log.follow((record) => second.push(record.message));
  log.logger("runtime", "test").info("a");
  assert.deepEqual(second, []);
});

test("a follower that throws harms neither the caller nor the others", () => {
  const log = new RuntimeLogger({ clock });
  log.follow(() => {
    throw new Error("broken follower");
  });
  const messages: string[] = [];
  log.follow((record) => messages.push(record.message));
  const logger = log.logger("runtime", "test");
  logger.info("a");
  logger.info("b");
  assert.deepEqual(messages, ["a", "b"]);
});

test("a follower that logs reaches the others once, in one order, and never itself", () => {
  const log = new RuntimeLogger({ clock });
  const logger = log.logger("runtime", "test");
  const first: string[] = [];
  const second: string[] = [];
  log.follow((record) => {
    first.push(record.message);
    logger.info(`1 saw ${record.message}`);
  });
  log.follow((record) => {
    second.push(record.message);
    logger.info(`2 saw ${record.message}`);
  });
  logger.info("x");
  assert.deepEqual(first, ["x", "2 saw x"]);
  assert.deepEqual(second, ["x", "1 saw x"]);
});

test("a follower that logs while old lines are replayed to it ends too", () => {
  const { log, messages } = makeLog();
  const logger = log.logger("runtime", "test");
  logger.info("old");
  log.follow((record) => logger.info(`saw ${record.message}`));
  assert.deepEqual(messages, ["old", "saw old"]);
});

test("secrets are hidden in message and fields, also those told later", () => {
  const records: LogRecord[] = [];
  const log = new RuntimeLogger({ clock, secrets: ["first-secret"] });
  log.follow((record) => records.push(record));
  log.hide(["later-secret"]);
  log.logger("runtime", "test").info("first-secret later-secret", { text: "later-secret", password: "p" });
  assert.equal(records[0]?.message, "[hidden] [hidden]");
  assert.deepEqual(records[0]?.fields, { text: "[hidden]", password: "[hidden]" });
});

test("a message that is not a string does not throw", () => {
  const { log, messages } = makeLog();
  log.logger("plugin", "untyped").info(Object.create(null) as string, null as never);
  log.logger("plugin", "untyped").info(new Error("thrown") as never);
  assert.deepEqual(messages, ["a value that cannot be printed", "thrown"]);
});
