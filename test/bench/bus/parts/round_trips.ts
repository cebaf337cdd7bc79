import type { Figures } from "../../harness/child.ts";
import { interleave } from "../../harness/interleave.ts";
import { atMost, type Report } from "../../harness/report.ts";
import type { Contestant } from "../contestant.ts";
import type { Field } from "../field.ts";
import { envelopeOf } from "../payload.ts";
import { inTime, Program } from "../program.ts";

const ROUNDS = 5;
const LIMIT_MS = 40_000;
const BODY_BYTES = 64;

/** How many requests are asked, one after the other. */
interface Requests {
  readonly counted: number;
  readonly warming: number;
}

/** A request and its reply, each through the broker. */
export async function roundTrips(field: Field): Promise<Report> {
  const { floor, pipelined, nats, ownChosen, ownCurve } = field;
  const { quick, progress } = field.options;
  const requests = quick ? { counted: 50, warming: 0 } : { counted: 5_000, warming: 1_000 };
  const contestants = [floor, { ...pipelined, name: "zeromq.js" }, nats, ...ownChosen, ...ownCurve.slice(0, 1)];
  const trials = contestants.map((contestant) => ({
    name: `${contestant.name}, round trip`,
    run: () => measure(contestant, requests),
  }));
  const measured = await interleave(trials, { rounds: quick ? 1 : ROUNDS, budgetMs: Infinity, progress });
  const columns = [
    { figure: "p50Us", title: "p50 us" },
    { figure: "p99Us", title: "p99 us" },
  ];
  const names = trials.map(({ name }) => name);
  return {
    tables: [measured.table("Request and reply, one at a time", names, columns, names[0])],
    targets: ownChosen.map(({ name }) => {
      const ratio = measured.ratio(`${name}, round trip`, names[0]!, "p50Us");
      return atMost(`${name}, round trip: p50 against C`, ratio, 1);
    }),
    figures: measured.medians,
  };
}

/** Broker, responder and requester, each in a process of its own. */
function measure(contestant: Contestant, { counted, warming }: Requests): Promise<Figures | undefined> {
  return inTime(LIMIT_MS, async (deadline) => {
    await using broker = new Program(contestant.command("broker"), deadline);
    const { publish, subscribe } = await broker.find((line) => contestant.portsIn(line));
    const values = [publish, subscribe, counted, warming].map(String);
    await using responder = new Program([...contestant.command("responder"), ...values], deadline);
    await responder.line();
    const body = envelopeOf(BODY_BYTES).toString("hex");
    await using requester = new Program([...contestant.command("requester"), ...values, body], deadline);
    return JSON.parse(await Promise.race([requester.line(), responder.failure, broker.failure])) as Figures;
  });
}
