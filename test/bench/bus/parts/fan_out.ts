import type { Report } from "../../harness/report.ts";
import type { Field } from "../field.ts";
import { measureFlow } from "../flow.ts";
import { flowTrial, measureFlows } from "../flow_trial.ts";
import { twoFrames } from "../payload.ts";
import { type Scene, sideBySide, trialName } from "../side_by_side.ts";

const ROUNDS = 3;
const BYTES = 64;

/** One publisher, many subscribers. */
export async function fanOut({ options, floor, pipelined, nats, ownChosen }: Field): Promise<Report> {
  const contestants = [floor, pipelined, nats, ...ownChosen];
  const numbers = options.quick ? [10] : [1, 10, 100];
  const sceneName = (subscribers: number): string => `${subscribers} subscribers`;
  const trials = numbers.flatMap((subscribers) =>
    contestants.map((contestant) =>
      flowTrial(trialName(contestant.name, sceneName(subscribers)), subscribers, options, (flow) =>
        measureFlow(contestant, { ...flow, frames: twoFrames(BYTES) }),
      ),
    ),
  );
  const measured = await measureFlows(trials, options, ROUNDS);
  const scenes = numbers.map((subscribers): Scene => ({
    name: sceneName(subscribers),
    columns: [{ figure: "rate", title: String(subscribers) }],
  }));
  const names = contestants.map(({ name }) => name);
  const title = `Deliveries a second to so many subscribers, two frames, ${BYTES} B`;
  return { tables: [sideBySide(title, measured, names, scenes, floor.name)], targets: [], figures: measured.medians };
}
