import { setTimeout as sleep } from "node:timers/promises";
import type { Figures } from "../../harness/child.ts";
import { interleave } from "../../harness/interleave.ts";
import type { Report } from "../../harness/report.ts";
import type { Contestant } from "../contestant.ts";
import type { Field } from "../field.ts";
import { inTime, Program } from "../program.ts";

const ROUNDS = 3;
const LIMIT_MS = 40_000;

/** What subscribers cost the broker to which nothing comes. */
export async function idleConnections(field: Field): Promise<Report> {
  const { floor, pipelined, nats, ownChosen, ownCurve } = field;
  const { quick, progress } = field.options;
  const connections = quick ? 10 : 1_000;
  const contestants = [floor, { ...pipelined, name: "zeromq.js" }, nats, ...ownChosen, ...ownCurve.slice(0, 1)];
  const trials = contestants.map((contestant) => ({
    name: `${contestant.name}, idle`,
    run: () => measure(contestant, connections, quick ? 0 : 1_000),
  }));
  const measured = await interleave(trials, { rounds: quick ? 1 : ROUNDS, budgetMs: Infinity, progress });
  const columns = [
    { figure: "kbEach", title: "KB each" },
    { figure: "rssMb", title: "broker's RSS MB" },
  ];
  const title = `The broker's memory with ${connections.toLocaleString("en")} subscribers to which nothing comes`;
  const names = trials.map(({ name }) => name);
  return { tables: [measured.table(title, names, columns, names[0])], targets: [], figures: measured.medians };
}

/** @param settleMs for the broker to come to rest */
function measure(contestant: Contestant, connections: number, settleMs: number): Promise<Figures | undefined> {
  return inTime(LIMIT_MS, async (deadline) => {
    await using broker = new Program(contestant.command("broker"), deadline);
    const { publish, subscribe } = await broker.find((line) => contestant.portsIn(line));
    await sleep(settleMs);
    const before = broker.figures["rssMb"]!;
    const values = [publish, subscribe, connections].map(String);
    await using idle = new Program([...contestant.command("idle"), ...values], deadline);
    await Promise.race([idle.line(), broker.failure]);
    await sleep(settleMs);
    const rssMb = broker.figures["rssMb"]!;
    return { kbEach: ((rssMb - before) * 1_024) / connections, rssMb };
  });
}
