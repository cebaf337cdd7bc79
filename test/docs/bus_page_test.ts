import assert from "node:assert/strict";
import { Machine } from "./machine.ts";
import { install } from "./installed.ts";
import { testPage } from "./page.ts";

const machine = await Machine.make();
install(machine, ["@types", "tsx", "typescript"]);
machine.write(
  "/opt/backplane/core.yaml",
  `core:
  api_gateway:
    port: 8771
    plugins:
      message_bus: { config: { publish_port: 5555, subscribe_port: 5556 } }
      greetings: { module: ./greetings.ts }
`,
);
const settings = { target: "ES2023", module: "nodenext", strict: true, noEmit: true, skipLibCheck: true };
machine.write("/opt/backplane/tsconfig.json", JSON.stringify({ compilerOptions: { ...settings, types: ["node"] } }));

testPage(
  "docs/bus.md",
  [
    {
      language: "ts",
      starts: "import { BusinessPlugin",
      run: async ({ text }) => {
        machine.write("/opt/backplane/greetings.ts", text);
        await machine.succeed("node node_modules/typescript/bin/tsc");
        await machine.openTerminal("npx backplane start", /greetings: at work[^]*Hello, Ada!|Ada![^]*: at work/);
        await machine.closeTerminal();
      },
    },
    {
      language: "yaml",
      starts: "core:",
      run: async ({ text }) => {
        machine.write("/etc/backplane/peers.yaml", text);
        await machine.succeed("npx backplane check /etc/backplane/peers.yaml");
      },
    },
    {
      language: "sh",
      starts: "npx backplane bus peer add",
      run: async ({ text }) => {
        assert.match(await machine.succeed(text), /The key of thermostat is removed\./);
      },
    },
  ],
  { except: ["python"] }, // test/interop runs those, for they need a Debian package
);
