import assert from "node:assert/strict";
import { install } from "../docs/installed.ts";
import { Machine } from "../docs/machine.ts";
import { testPage } from "../docs/page.ts";
import { quoteForShell } from "../../runtime/file_error.ts";

/** Debian's own, which has the packages of `.ci/packages`. */
const PYTHON = "/usr/bin/python3";
const machine = await Machine.make();
install(machine);
machine.write(
  "/opt/backplane/core.yaml",
  `core:
  api_gateway:
    port: 8771
    plugins:
      database:
      message_bus:
        config: { publish_port: 5555, subscribe_port: 5556, peers: { reader: { subscribe: ["logs.*"] } } }
      log_consumer:
`,
);
await machine.openTerminal("npx backplane start", /Start has settled/);

testPage(
  "docs/bus.md",
  [
    {
      language: "python",
      starts: "import time\nimport uuid\nimport zmq",
      run: async ({ text }) => {
        machine.write("/opt/backplane/example.py", text);
        await machine.succeed(`${PYTHON} example.py`);
        let entries: { readonly message: string; readonly extra: object }[] = [];
        // Entries wait up to `batch_ms` for others to be written with.
        while (entries.length < 10) {
          const found = await machine.succeed("npx backplane logs --q hello --json");
          entries = found
            .trim()
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line));
        }
        const messages = entries.map(({ message }) => message);
        assert.deepEqual(new Set(messages), new Set(Array.from({ length: 10 }, (_, n) => `hello ${n}`)));
        assert.deepEqual(entries[0]!.extra, { colour: "blue" });
      },
    },
    {
      language: "python",
      starts: "import sys\nimport zmq\n\nsocket = zmq.Context().socket(zmq.SUB)",
      run: async ({ text }) => {
        machine.write("/opt/backplane/subscriber.py", text);
        const added = await machine.succeed("npx backplane bus peer add reader --out reader.key --json");
        const { server_key } = JSON.parse(added) as { server_key: string };
        const heard = await machine.succeed(
          `${PYTHON} subscriber.py reader.key ${quoteForShell(server_key)} > heard.txt & trap "kill $!" EXIT
           until grep logs.from.shell heard.txt; do echo hello | npx backplane bus publish logs.from.shell; done`,
        );
        assert.match(heard, /^logs\.from\.shell \d+$/m);
      },
    },
  ],
  { only: ["python"] },
);
