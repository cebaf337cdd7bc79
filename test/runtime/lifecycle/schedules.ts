import fc from "fast-check";
import type { Clock } from "../../../runtime/clock.ts";

/** What a phase, a release or a drain does: at once or after a while, well or badly, or never. */
export type Behaviour =
  | { readonly kind: "sync" | "throw" | "never" }
  | { readonly kind: "async" | "reject"; readonly ms: number };

export interface PluginScript {
  readonly priority: number;
  /** To plugins before it in the list, by index modulo. */
  readonly edges: readonly { readonly to: number; readonly kind: "requires" | "depends_on" | "optional" }[];
  /** One a run; the last one for all further runs. */
  readonly initialize: readonly Behaviour[];
  readonly start: readonly Behaviour[];
  readonly stop: readonly Behaviour[];
  readonly owned: readonly Behaviour[];
  readonly drain: Behaviour | undefined;
}

export interface Command {
  readonly afterMs: number;
  readonly kind: "start" | "stop" | "fail" | "pause";
  readonly plugin: number;
}

/** A command given in the very middle of a step: by a listener, at the so-many-th change of state. */
export interface Reaction {
  readonly atEvent: number;
  readonly kind: "start" | "stop" | "fail";
  readonly plugin: number;
}

export interface Schedule {
  readonly plugins: readonly PluginScript[];
  readonly commands: readonly Command[];
  readonly reactions: readonly Reaction[];
  readonly budgetMs: number;
}

const ms = fc.integer({ min: 0, max: 30 });
const good: fc.Arbitrary<Behaviour> = fc.oneof(
  fc.constant({ kind: "sync" } as const),
  fc.record({ kind: fc.constant("async" as const), ms }),
);
const bad: fc.Arbitrary<Behaviour> = fc.oneof(
  fc.constant({ kind: "throw" } as const),
  fc.constant({ kind: "never" } as const),
  fc.record({ kind: fc.constant("reject" as const), ms }),
);
const anyBehaviour = fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: bad });
const runs = fc.array(anyBehaviour, { minLength: 1, maxLength: 3 });
const pluginScript: fc.Arbitrary<PluginScript> = fc.record({
  priority: fc.constantFrom(10, 20, 30),
  edges: fc.array(
    fc.record({ to: fc.nat(20), kind: fc.constantFrom("requires", "depends_on", "optional") }) as fc.Arbitrary<
      PluginScript["edges"][number]
    >,
    { maxLength: 3 },
  ),
  initialize: runs,
  start: runs,
  stop: runs,
  owned: fc.array(anyBehaviour, { maxLength: 2 }),
  drain: fc.option(anyBehaviour, { nil: undefined, freq: 4 }),
});
/** Any schedule at all. */
export const schedule: fc.Arbitrary<Schedule> = fc.record({
  plugins: fc.array(pluginScript, { minLength: 1, maxLength: 8 }),
  commands: fc.array(
    fc.record({
      afterMs: fc.constantFrom(0, 0, 1, 5, 10, 40, 120),
      kind: fc.constantFrom("start", "stop", "fail", "pause"),
      plugin: fc.nat(20),
    }) as fc.Arbitrary<Command>,
    { maxLength: 12 },
  ),
  reactions: fc.array(
    fc.record({
      atEvent: fc.nat(40),
      kind: fc.constantFrom("start", "stop", "fail"),
      plugin: fc.nat(20),
    }) as fc.Arbitrary<Reaction>,
    { maxLength: 4 },
  ),
  budgetMs: fc.constantFrom(5, 60, 20_000),
});

/** Behaves so. */
export function act(clock: Clock, behaviour: Behaviour): unknown {
  switch (behaviour.kind) {
    case "sync":
      return undefined;
    case "throw":
      throw new Error("thrown");
    case "never":
      return new Promise(() => undefined);
    case "async":
      return new Promise<void>((resolve) => void clock.setTimeout(resolve, behaviour.ms));
    case "reject":
      return new Promise<void>((_, reject) => void clock.setTimeout(() => reject(new Error("rejected")), behaviour.ms));
  }
}
