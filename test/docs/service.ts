import { chmodSync } from "node:fs";
import { blocksOf } from "./code_blocks.ts";
import type { Machine } from "./machine.ts";

/** What systemd does with the unit that the page shows, for the commands that the page uses. */
const systemctl = (command: string): string => `#!/bin/bash
set -eu
pid=/var/lib/pid
log=/var/lib/journal
running() { kill -0 "$(cat $pid)" && ! grep -q ') Z ' "/proc/$(cat $pid)/stat"; } 2>/dev/null
case "$*" in
  "start backplane")
    cd /opt/backplane
    : >$log # so that what an earlier start said is not taken for this one
    setsid ${command} >$log 2>&1 </dev/null &
    echo $! >$pid
    until grep -q "Start has settled" $log; do running || { cat $log; exit 1; }; sleep 0.05; done ;;
  "stop backplane")
    if running; then kill -TERM "$(cat $pid)"; fi
    while running; do sleep 0.05; done ;;
  "show --property MainPID --value backplane") cat $pid ;;
  *) echo "no such command: $*"; exit 64 ;;
esac
`;

/** Puts a stand-in for `systemctl` on the machine: it runs what the unit of docs/operators.md runs, where it says. */
export function installService(machine: Machine): void {
  const unit = blocksOf("docs/operators.md").find(({ language }) => language === "ini")?.text ?? "";
  const command = /^ExecStart=\/usr\/bin\/node (.*)$/m.exec(unit)?.[1] ?? "false";
  machine.write("/bin/systemctl", systemctl(`${process.execPath} ${command}`));
  chmodSync(machine.path("/bin/systemctl"), 0o755);
  machine.atEnd(() => machine.run("systemctl stop backplane"));
}
