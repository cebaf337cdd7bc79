import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { checkOut } from "./checkout.ts";
import { Machine } from "./machine.ts";
import { testPage } from "./page.ts";

const machine = await Machine.make();
await checkOut(machine);
const STARTED = /Start has settled/;

testPage("README.md", [
  {
    language: "sh",
    starts: "npm ci && npm start",
    run: async ({ text }) => void (await machine.openTerminal(text, STARTED)),
  },
  {
    language: "sh",
    starts: "git log --oneline -100 | npx backplane bus publish logs.system.git\nnpx backplane logs --q fix\ncurl ",
    run: async ({ text }) => {
      const [publish, search, health] = text.split("\n") as [string, string, string];
      await machine.succeed(publish);
      // An entry waits up to `batch_ms` for others to be written with.
      let found = "";
      while (!found.includes("say what is so")) found = await machine.succeed(search);
      const { status, plugins } = JSON.parse(await machine.succeed(health)) as { status: string; plugins: object };
      assert.equal(status, "healthy");
      assert.deepEqual(Object.keys(plugins), ["database", "message_bus", "log_consumer"]);
    },
  },
  {
    language: "yaml",
    starts: "core:",
    run: async ({ text }) => {
      machine.write("/opt/backplane/config/examples/readme.yaml", text);
      const plan = await machine.succeed("npx backplane plan config/examples/readme.yaml");
      assert.match(plan, /1 +message_bus[^]*2 +greeter/);
    },
  },
  {
    language: "ts",
    starts: "import { BusinessPlugin",
    run: ({ text }) => {
      assert.equal(text, readFileSync(machine.path("/opt/backplane/config/examples/greeter.ts"), "utf8"));
    },
  },
  {
    language: "sh",
    starts: "npx backplane start config/examples/greeter.yaml",
    run: async ({ text }) => {
      const { status, output } = await machine.closeTerminal("SIGINT");
      assert.equal(status, 0);
      const plugins = (state: string): string[] =>
        Array.from(output.matchAll(new RegExp(`Plugin ."(\\w+)." is ${state}`, "g")), ([, name]) => name!);
      assert.deepEqual(plugins("stopped"), plugins("running").toReversed());
      assert.equal(plugins("stopped").length, 3);
      await machine.openTerminal(text, STARTED);
    },
  },
  {
    language: "sh",
    starts: "curl -s http://127.0.0.1:8771/api/v1/greetings/world",
    run: async ({ text }) => {
      assert.deepEqual(JSON.parse(await machine.succeed(text)), { greeting: "Good day, world!" });
      // The exit code of Ctrl-C is npx's own here.
      assert.match((await machine.closeTerminal("SIGINT")).output, /"message":"Stopped\."/);
    },
  },
  {
    language: "ts",
    starts: "import { createRuntime }",
    run: async ({ text }) => {
      machine.write("/opt/backplane/program.ts", text);
      machine.write("/opt/backplane/settings.json", '{ "extends": "./tsconfig.json", "include": ["program.ts"] }');
      await machine.succeed("npx tsc -p settings.json");
      const output = await machine.succeed("node --import tsx program.ts");
      assert.equal(output, 'database running, message_bus running, log_consumer running\n{"status":"ready"}\n');
    },
  },
]);
