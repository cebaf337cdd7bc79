import type { Figures } from "../../harness/child.ts";
import type { Measured } from "../../harness/measured.ts";
import { atLeast, type Report, type Table, type Target } from "../../harness/report.ts";
import type { Contestant } from "../contestant.ts";
import type { Field } from "../field.ts";
import { type Flow, measureFlow, measureInside } from "../flow.ts";
import { flowTrial, measureFlows } from "../flow_trial.ts";
import { type Frames, oneFrame, twoFrames } from "../payload.ts";
import { type Scene, sideBySide, trialName } from "../side_by_side.ts";

const ROUNDS = 5;
const INSIDE = ", in process";
/** Messages a second of a broker in TypeScript that does not batch, with CURVE. */
const NAIVE_CURVE_RATE = 5_000;

const sizes = [
  { bytes: 64, title: "64 B" },
  { bytes: 1_024, title: "1 KiB" },
] as const;

/** Someone who carries messages, in three processes or in one. */
interface Entrant {
  readonly name: string;
  measure(flow: Flow): Promise<Figures | undefined>;
}

/** One kind of message and who can carry it. */
interface Kind {
  readonly name: string;
  readonly frames: (size: number) => Frames;
  readonly entrants: readonly Entrant[];
}

/** One publisher, a broker, one subscriber. */
export async function oneToOne(field: Field): Promise<Report> {
  const { options, floor } = field;
  const kinds = options.quick ? [twoFramesSmoke(field)] : [twoFramesOf(field), oneFrameOf(field)];
  const used = options.quick ? sizes.slice(0, 1) : sizes;
  const trials = kinds.flatMap((kind) =>
    used.flatMap(({ bytes, title }) =>
      kind.entrants.map((entrant) =>
        flowTrial(trialName(entrant.name, `${kind.name}, ${title}`), 1, options, (flow) =>
          entrant.measure({ ...flow, frames: kind.frames(bytes) }),
        ),
      ),
    ),
  );
  const measured = await measureFlows(trials, options, ROUNDS);
  return {
    tables: kinds.map((kind) => tableOf(kind, measured, floor)),
    targets: used.flatMap(({ title }) => targetsOf(`${kinds[0]!.name}, ${title}`, measured, field)),
    figures: measured.medians,
  };
}

function twoFramesOf({ floor, floorCurve, pipelined, awaited, nats, own, ownCurve }: Field): Kind {
  const others = [floor, floorCurve, pipelined, awaited, nats];
  return {
    name: "two frames",
    frames: twoFrames,
    entrants: [...[...others, ...own, ...ownCurve].map((each) => apart(each)), ...own.map((each) => inside(each))],
  };
}

function twoFramesSmoke(field: Field): Kind {
  const { floor, pipelined, nats, own, ownCurve } = field;
  const contestants = [floor, pipelined, nats, ...own, ...ownCurve.slice(0, 1)];
  const entrants = [...contestants.map((each) => apart(each)), inside(own[0]!)];
  return { ...twoFramesOf(field), entrants };
}

/** Without ours: on our bus each message has a topic and an envelope. */
function oneFrameOf({ floor, pipelined, awaited, nats }: Field): Kind {
  const entrants = [floor, pipelined, awaited, nats].map((each) => apart(each));
  return { name: "one frame", frames: oneFrame, entrants };
}

function apart(contestant: Contestant): Entrant {
  return { name: contestant.name, measure: (flow) => measureFlow(contestant, flow) };
}

function inside(contestant: Contestant): Entrant {
  return { name: `${contestant.name}${INSIDE}`, measure: (flow) => measureInside(contestant, flow) };
}

function tableOf({ name, entrants }: Kind, measured: Measured, floor: Contestant): Table {
  const scenes = sizes.map(({ title }): Scene => ({
    name: `${name}, ${title}`,
    columns: [
      { figure: "rate", title: `${title}, messages/s` },
      { figure: "brokerUs", title: "broker CPU us each" },
    ],
  }));
  const names = entrants.map((entrant) => entrant.name);
  return sideBySide(`One publisher, one subscriber, ${name}`, measured, names, scenes, floor.name);
}

function targetsOf(scene: string, measured: Measured, { floor, own, ownCurve }: Field): readonly Target[] {
  const cell = ({ name }: Contestant): string => trialName(name, scene);
  return [
    ...own.map((each) => {
      const ratio = measured.ratio(cell(each), cell(floor), "rate");
      return atLeast(`${cell(each)}: rate against the C proxy`, ratio, 1);
    }),
    ...ownCurve.map((each) => {
      const ratio = measured.median(cell(each), "rate") / NAIVE_CURVE_RATE;
      return atLeast(`${cell(each)}: rate against a naive broker's 5,000 messages/s`, ratio, 5);
    }),
  ].filter(({ measured: shown }) => shown !== "-");
}
