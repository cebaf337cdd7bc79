import type { Figures } from "../harness/child.ts";
import { interleave, type Trial } from "../harness/interleave.ts";
import type { Measured } from "../harness/measured.ts";
import type { BenchOptions } from "../harness/report.ts";
import type { Flow } from "./flow.ts";

/** How long a run of a flow shall take. */
const RUN_MS = 1_800;
const FIRST_DELIVERIES = 40_000;
/** A short run may find everything queued already, and would promise too much. */
const GROWTH = 8;
const SMOKE_DELIVERIES = 2_000;
/** A run that lost a message counts for nothing: it is repeated, with half the messages. */
const ATTEMPTS = 4;

/**
 * A trial whose runs find their own length: each has as many messages as the rate of the one before says.
 * @param measure runs a flow of so many messages
 */
export function flowTrial(
  name: string,
  subscribers: number,
  { quick }: BenchOptions,
  measure: (flow: Pick<Flow, "messages" | "subscribers">) => Promise<Figures | undefined>,
): Trial {
  let messages = Math.ceil((quick ? SMOKE_DELIVERIES : FIRST_DELIVERIES) / subscribers);
  const attempt = async (left: number): Promise<Figures | undefined> => {
    const figures = await measure({ messages, subscribers });
    if (figures === undefined || figures["lost"] === 0) return figures;
    if (left === 0) throw new Error(`${name} lost ${figures["lost"]} of ${messages * subscribers} messages`);
    messages = Math.ceil(messages / 2);
    return attempt(left - 1);
  };
  return {
    name,
    async run() {
      const figures = await attempt(ATTEMPTS - 1);
      const wanted = ((figures?.["rate"] ?? 0) * RUN_MS) / 1_000 / subscribers;
      messages = Math.ceil(Math.min(wanted, messages * GROWTH));
      return figures;
    },
  };
}

/** Measures after two rounds that are not counted, in which the trials find their length. */
export async function measureFlows(trials: readonly Trial[], options: BenchOptions, rounds: number): Promise<Measured> {
  const { quick, progress } = options;
  if (!quick) await interleave(trials, { rounds: 2, budgetMs: Infinity, progress });
  return await interleave(trials, { rounds: quick ? 1 : rounds, budgetMs: Infinity, progress });
}
