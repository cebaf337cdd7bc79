import type { Report, Table } from "../../harness/report.ts";
import type { Contestant } from "../contestant.ts";
import type { Field } from "../field.ts";
import { measureFlow } from "../flow.ts";
import { flowTrial, measureFlows } from "../flow_trial.ts";
import { type Frames, oneFrame, twoFrames } from "../payload.ts";
import { type Scene, sideBySide, trialName } from "../side_by_side.ts";
import type { Measured } from "../../harness/measured.ts";

const ROUNDS = 5;
const sizes = [
  { bytes: 64, title: "64 B" },
  { bytes: 1_024, title: "1 KiB" },
] as const;

/** One kind of message and who can carry it. */
interface Kind {
  readonly name: string;
  readonly frames: (size: number) => Frames;
  readonly contestants: readonly Contestant[];
}

/** One publisher, a broker, one subscriber. */
export async function oneToOne(field: Field): Promise<Report> {
  const { options } = field;
  const kinds = options.quick ? kindsOf(field).slice(0, 1) : kindsOf(field);
  const used = options.quick ? sizes.slice(0, 1) : sizes;
  const trials = kinds.flatMap((kind) =>
    used.flatMap(({ bytes, title }) =>
      kind.contestants.map((contestant) =>
        flowTrial(trialName(contestant.name, `${kind.name} ${title}`), 1, options, (flow) =>
          measureFlow(contestant, { ...flow, frames: kind.frames(bytes) }),
        ),
      ),
    ),
  );
  const measured = await measureFlows(trials, options, ROUNDS);
  return {
    tables: kinds.map((kind) => tableOf(kind, measured, field)),
    targets: [],
    figures: measured.medians,
  };
}

function kindsOf({ floor, floorCurve, pipelined, awaited, nats }: Field): readonly Kind[] {
  const others = [pipelined, awaited, nats];
  return [
    { name: "two frames", frames: twoFrames, contestants: [floor, floorCurve, ...others] },
    { name: "one frame", frames: oneFrame, contestants: [floor, ...others] },
  ];
}

function tableOf({ name, contestants }: Kind, measured: Measured, { floor }: Field): Table {
  const scenes = sizes.map(({ title }): Scene => ({
    name: `${name} ${title}`,
    columns: [
      { figure: "rate", title: `${title}, messages/s` },
      { figure: "brokerUs", title: "broker CPU us each" },
    ],
  }));
  const names = contestants.map((contestant) => contestant.name);
  return sideBySide(`One publisher, one subscriber, ${name}`, measured, names, scenes, floor.name);
}
