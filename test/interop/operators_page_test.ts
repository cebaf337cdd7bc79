import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { Machine } from "../docs/machine.ts";
import { testPage } from "../docs/page.ts";

const machine = await Machine.make();

testPage(
  "docs/operators.md",
  [
    {
      language: "ini",
      starts: "[Unit]",
      run: ({ text }) => {
        mkdirSync(machine.path("/opt/backplane/docs"), { recursive: true });
        // Node is where it is here; the user that the unit names is made by the commands after it.
        machine.write("/etc/backplane/backplane.service", text.replace("/usr/bin/node", process.execPath));
        const verify = [
          "verify",
          "--man=no",
          "--recursive-errors=no",
          machine.path("/etc/backplane/backplane.service"),
        ];
        const { status, stdout, stderr } = spawnSync("systemd-analyze", verify, { encoding: "utf8" });
        assert.deepEqual({ status, output: stdout + stderr }, { status: 0, output: "" });
      },
    },
  ],
  { only: ["ini"] },
);
