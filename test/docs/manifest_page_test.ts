import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { install } from "./installed.ts";
import { Machine, steps } from "./machine.ts";
import { testPage } from "./page.ts";

const defaults = readFileSync(fileURLToPath(new URL("../../config/core.yaml", import.meta.url)), "utf8");
const machine = await Machine.make();
install(machine);

/** A second provider of the service `message_bus`. */
const otherBus = `import { BusinessPlugin } from "backplane";
import { messageBus } from "backplane/plugins/message_bus";
export default class OtherBus extends BusinessPlugin {
  static metadata = { name: "Other", version: "1.0.0", description: "for a test", provides: [messageBus] };
}
`;
const twoProviders = `core:
  api_gateway:
    plugins:
      database:
      message_bus:
      nats_bus: { module: ./nats_bus.js }
      log_consumer:
`;

let smallest = "";

/** Runs a console block's commands; each must print what the page shows, and exit so. */
async function matches(text: string, status: number): Promise<void> {
  for (const { command, output } of steps(text)) {
    assert.deepEqual(await machine.run(command), { output, status }, command);
  }
}

testPage("docs/manifest.md", [
  {
    language: "sh",
    starts: "npx backplane init my_backend",
    run: async ({ text }) => {
      const output = await machine.succeed(text);
      assert.match(output, /my_backend\/core\.yaml is good/);
      assert.match(output, /WHY HERE/);
    },
  },
  {
    language: "yaml",
    starts: "core:\n  api_gateway:\n    plugins:\n      message_bus:\n",
    run: async ({ text }) => {
      smallest = text;
      machine.write("/etc/backplane/smallest.yaml", text);
      assert.match(await machine.succeed("npx backplane check /etc/backplane/smallest.yaml"), /is good: 1 plugin\./);
    },
  },
  {
    language: "console",
    starts: "$ npx backplane plan",
    run: async ({ text }) => {
      machine.write("/opt/backplane/config/core.yaml", defaults);
      await matches(text, 0);
    },
  },
  {
    language: "yaml",
    starts: "core:\n  api_gateway:\n    bind:",
    run: async ({ text }) => {
      machine.write("/opt/backplane/bind/core.yaml", twoProviders);
      machine.write("/opt/backplane/bind/nats_bus.js", otherBus);
      const { status, output } = await machine.run("npx backplane check bind/core.yaml");
      assert.equal(status, 78);
      assert.match(output, /message_bus.*nats_bus|nats_bus.*message_bus/);
      machine.write("/opt/backplane/bind/core.development.yaml", text);
      const plan = await machine.succeed("npx backplane plan bind/core.yaml");
      assert.match(plan, /nats_bus \(requires message_bus\)/);
    },
  },
  {
    language: "yaml",
    starts: "# core.production.yaml",
    run: async ({ text }) => {
      const own = defaults.replace("# publish_port: 5555 ", "publish_port: 5555 #");
      machine.write("/etc/backplane/core.yaml", own);
      machine.write("/etc/backplane/core.production.yaml", text);
      const bus = "npx backplane explain message_bus /etc/backplane/core.yaml --environment production";
      const settings = await machine.succeed(bus);
      assert.match(settings, /config\.publish_port +5555 +core\.yaml:/, "the other settings stay");
      assert.match(settings, /config\.high_water_mark +1000000 +core\.production\.yaml:/);
    },
  },
  {
    language: "console",
    starts: "$ npx backplane check /etc/backplane/core.yaml --environment production",
    run: ({ text }) => matches(text, 0),
  },
  {
    language: "yaml",
    starts: "# yaml-language-server",
    run: async ({ text }) => {
      assert.ok(defaults.startsWith(text), "the default manifest begins with it");
      machine.write("/etc/backplane/edited.yaml", text + smallest);
      assert.match(await machine.succeed("npx backplane check /etc/backplane/edited.yaml"), /is good/);
    },
  },
  {
    language: "yaml",
    starts: "core:\n  system:\n    log: { level: verbose }",
    run: ({ text }) => machine.write("/etc/backplane/faulty.yaml", text),
  },
  {
    language: "console",
    starts: "$ npx backplane check /etc/backplane/faulty.yaml",
    run: ({ text }) => matches(text, 78),
  },
]);
