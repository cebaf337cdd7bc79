import assert from "node:assert/strict";
import { PORTS } from "./checkout.ts";
import { blocksOf, type BlockRunner } from "./code_blocks.ts";
import type { Machine } from "./machine.ts";

const STARTED = /Start has settled/;

/** What a request gets that names this host. */
const answerFor = async (machine: Machine, host: string): Promise<string> =>
  await machine.succeed(
    `curl -s -o /dev/null -w '%{http_code}' -H 'Host: ${host}' http://127.0.0.1:8771/api/v1/admin/health/live`,
  );

/** How what docs/operators.md shows for proxies and containers is tested. */
export const elsewhere = (machine: Machine): readonly BlockRunner[] => [
  {
    language: "yaml",
    starts: "core:\n  api_gateway:\n    allowed_hosts:",
    run: async ({ text }) => {
      await machine.openTerminal("npx backplane start /etc/backplane/core.yaml", STARTED);
      assert.equal(await answerFor(machine, "api.example.org"), "421");
      await machine.closeTerminal();
      machine.write("/etc/backplane/core.development.yaml", text);
      await machine.openTerminal("npx backplane start /etc/backplane/core.yaml", STARTED);
      assert.equal(await answerFor(machine, "api.example.org"), "200");
      await machine.closeTerminal();
    },
  },
  {
    language: "yaml",
    starts: "core:\n  system:\n    data_dir: /var/lib/backplane\n  api_gateway:\n    host: 0.0.0.0",
    run: async ({ text }) => {
      machine.write("/etc/backplane/container.yaml", text);
      machine.write("/etc/backplane/container.development.yaml", PORTS);
      assert.equal((await machine.run(probe())).status, 1);
      await machine.openTerminal("npx backplane start /etc/backplane/container.yaml", STARTED);
      await machine.succeed(probe());
      assert.equal(await answerFor(machine, "somewhere.else"), "421");
      await machine.closeTerminal();
    },
  },
];

/** The health check of the container, as a command of the shell. */
function probe(): string {
  const container = blocksOf("docs/operators.md").find(({ language }) => language === "dockerfile")!.text;
  const words = JSON.parse(/^HEALTHCHECK .* CMD (\[.*\])$/m.exec(container)![1]!) as string[];
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}
