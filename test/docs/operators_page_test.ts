import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { databaseFiles } from "../../plugins/database/database_files.ts";
import { openAt } from "../plugins/database/temp_database.ts";
import type { BlockRunner } from "./code_blocks.ts";
import { checkOut, commit } from "./checkout.ts";
import { Machine, shapeOf, steps } from "./machine.ts";
import { elsewhere } from "./operators_elsewhere.ts";
import { testPage } from "./page.ts";
import { installService } from "./service.ts";

const defaults = readFileSync(fileURLToPath(new URL("../../config/core.yaml", import.meta.url)), "utf8");
const manifest = defaults
  .replace("data_dir: ../data", "data_dir: /var/lib/backplane")
  .replace("# publish_port: 5555 ", "publish_port: 5555 #")
  .replace("# subscribe_port: 5556 ", "subscribe_port: 5556 #");
const machine = await Machine.make();
await checkOut(machine);
installService(machine);
machine.write("/etc/backplane/core.yaml", manifest);
const FOLDER = "/var/lib/backplane";
const STARTED = /Start has settled/;
const START = "npx backplane start /etc/backplane/core.yaml";

let tree = "";
let firstStart = "";

/** What the start of the manifest says on standard error before it gives up. */
async function refusal(path: string, status: number): Promise<string> {
  const outcome = await machine.run(`npx backplane start ${path} --json >/dev/null`);
  assert.equal(outcome.status, status, outcome.output);
  return outcome.output;
}

/** A command that is run on a terminal. */
const onTerminal = (command: string): string => `script --quiet --return --command "${command}" /dev/null`;

/** A screen without colours; figures are left open. */
function plain(screen: string): string {
  const timeless = stripVTControlCharacters(screen)
    .replaceAll(/:\d+:\d+/g, ":<place>")
    .replaceAll("\r", "");
  return timeless.replaceAll(/ +\d+$/gm, " <ms>").replaceAll(/ +MS$/gm, " MS");
}

const firstSteps: readonly BlockRunner[] = [
  { language: "text", starts: `${FOLDER}/`, run: ({ text }) => void (tree = text) },
  {
    language: "sh",
    starts: "npm ci && npm prune --omit=dev\n",
    run: async ({ text }) => {
      firstStart = await machine.openTerminal(text, STARTED);
      const files = await readdir(machine.path(FOLDER));
      assert.deepEqual(files.toSorted(), Array.from(tree.matchAll(/^  (\S+)/gm), ([, name]) => name!).toSorted());
      for (const name of files) assert.equal((await stat(machine.path(`${FOLDER}/${name}`))).mode & 0o777, 0o600, name);
      await machine.closeTerminal();
      assert.ok(!(await readdir(machine.path(FOLDER))).includes("backplane.db-wal"), "a clean stop leaves no WAL");
    },
  },
  {
    language: "console",
    starts: `$ ${START}\nPLUGIN`,
    run: async ({ text }) => {
      const [{ command, output }] = steps(text) as [{ command: string; output: string }];
      const shown = plain(await machine.openTerminal(onTerminal(command), /Ctrl-C stops/));
      await machine.closeTerminal("SIGTERM");
      assert.ok(shown.includes(plain(output)), shown);
    },
  },
  {
    language: "text",
    starts: '{"time":',
    run: ({ text }) => {
      const { message } = JSON.parse(text) as { message: string };
      const line = firstStart.split("\n").find((each) => each.includes(JSON.stringify(message)));
      assert.deepEqual(shapeOf(line ?? "null"), shapeOf(text));
    },
  },
];

const running: readonly BlockRunner[] = [
  {
    language: "console",
    starts: "$ curl -s http://127.0.0.1:8771/api/v1/admin/health/ready",
    run: async ({ text }) => {
      await machine.succeed("systemctl start backplane");
      for (const { command, output } of steps(text)) assert.equal(`${await machine.succeed(command)}\n`, output);
    },
  },
  {
    language: "console",
    starts: "$ printf",
    run: async ({ text }) => {
      await machine.succeed(
        "echo before the backup | npx backplane bus publish logs.a --manifest /etc/backplane/core.yaml",
      );
      const [{ command, output }] = steps(text) as [{ command: string; output: string }];
      let answer = "";
      // An entry waits up to `batch_ms` for others to be written with.
      while (!/"last_commit":"/.test(answer)) answer = await machine.succeed(command);
      assert.deepEqual(shapeOf(answer), shapeOf(output));
    },
  },
  {
    language: "sh",
    starts: "systemctl stop backplane\ntar -C /var/lib -cpzf",
    run: async ({ text }) => {
      await machine.succeed(text);
    },
  },
  {
    language: "sh",
    starts: "pid=$(systemctl show",
    run: async ({ text }) => {
      await machine.succeed(text);
      assert.deepEqual(
        (await readdir(machine.path(`${FOLDER}.copy`))).toSorted(),
        (await readdir(machine.path(FOLDER))).toSorted(),
      );
      await machine.succeed("curl -sf http://127.0.0.1:8771/api/v1/admin/health");
    },
  },
  {
    language: "sh",
    starts: "systemctl stop backplane\nmv ",
    run: async ({ text }) => {
      const archive = /\/var\/backups\/\S+/.exec(text)![0];
      await machine.succeed(`mv /var/backups/backplane-*.tar.gz ${archive}`);
      const owned = text.replace("backplane:backplane", "$(id -u):$(id -g)");
      await machine.succeed(owned);
      const kept = `npx backplane logs --q "before the backup" --manifest /etc/backplane/core.yaml`;
      assert.match(await machine.succeed(kept), /before the backup/);
    },
  },
];

const refused: readonly BlockRunner[] = [
  {
    language: "console",
    starts: `$ ${START}\nerror RUNTIME_START_FAILED`,
    run: async ({ text }) => {
      await machine.succeed(`systemctl stop backplane; mv ${FOLDER}/database.key ${FOLDER}.key`);
      const [{ command, output }] = steps(text) as [{ command: string; output: string }];
      const outcome = await machine.run(onTerminal(command));
      assert.equal(outcome.status, 1);
      const shown = plain(outcome.output);
      assert.ok(shown.includes(plain(output)), shown);
      await machine.succeed(`mv ${FOLDER}.key ${FOLDER}/database.key; systemctl start backplane`);
    },
  },
  {
    language: "sh",
    starts: "systemctl stop backplane\ntar -C /var/lib -cpzf /var/backups/backplane-before-upgrade.tar.gz",
    run: async ({ text }) => {
      await machine.succeed("echo >>/var/lib/origin/CHANGELOG.md");
      await commit(machine, "chore: release");
      assert.match(await machine.succeed(text), /is good: 3 plugins/);
      assert.match(await machine.succeed("git log -1 --oneline"), /chore: release/);
      await machine.succeed("curl -sf http://127.0.0.1:8771/api/v1/admin/health");
    },
  },
  {
    language: "text",
    starts: "Cannot migrate",
    run: async ({ text }) => {
      await machine.succeed("systemctl stop backplane");
      const database = await openAt(databaseFiles(machine.path(FOLDER), "backplane.db"));
      const values = "'log_consumer', 1000, 'add_column', '', 0";
      await database.execute(`INSERT INTO backplane_migrations VALUES (${values})`);
      await database.close();
      const output = await machine.openTerminal(START, STARTED);
      await machine.closeTerminal();
      const [message, remedy] = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.stringify(line).slice(1, -1));
      assert.ok(output.includes(message!) && output.includes(remedy!), output);
    },
  },
  {
    language: "text",
    starts: '{"error":{"code":"GATEWAY_UNAUTHENTICATED"',
    run: async ({ text }) => {
      machine.write("/etc/backplane/open.yaml", manifest.replace("    host: 127.0.0.1", "    host: 0.0.0.0"));
      assert.equal(await refusal("/etc/backplane/open.yaml", 78), text);
    },
  },
];

testPage("docs/operators.md", [...firstSteps, ...running, ...refused, ...elsewhere(machine)], {
  except: ["ini", "nginx"],
});
