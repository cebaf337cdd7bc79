import type { Figures } from "./child.ts";

/** Something to be measured again and again, in turn with others. */
export interface Trial {
  readonly name: string;
  /** Undefined: it gave up. It is then not tried again, nor is any later trial of the same group. */
  run(): Promise<Figures | undefined>;
  readonly group?: string;
}

/** The figures of all rounds of one trial; none when it gave up. */
export type Rounds = readonly Figures[];

export interface InterleaveOptions {
  readonly rounds: number;
  /** A trial gets no further round when it has used so much time: what is slow is not measured for ever. */
  readonly budgetMs: number;
  readonly onProgress?: (trial: Trial, round: number) => void;
}

/**
 * Measures all trials in rounds: one run of each, then again, in the opposite order, so that neither a slow minute of
 * the machine nor who goes first favours one of them.
 */
export async function interleave(
  trials: readonly Trial[],
  options: InterleaveOptions,
): Promise<ReadonlyMap<string, Rounds>> {
  const results = new Map<string, Figures[]>(trials.map(({ name }) => [name, []]));
  const spent = new Map<string, number>();
  const givenUp = new Set<string>();
  for (let round = 0; round < options.rounds; round++) {
    // The first round goes forward, so that a group gives up at its smallest size.
    for (const trial of round % 2 === 0 ? trials : trials.toReversed()) {
      const group = trial.group ?? trial.name;
      const used = spent.get(trial.name) ?? 0;
      if (used >= options.budgetMs || isOut(trial, givenUp)) continue;
      options.onProgress?.(trial, round);
      const began = performance.now();
      const figures = await trial.run();
      spent.set(trial.name, used + performance.now() - began);
      if (figures !== undefined) results.get(trial.name)!.push(figures);
      else if (round === 0) givenUp.add(group);
    }
  }
  return results;
}

function isOut(trial: Trial, givenUp: ReadonlySet<string>): boolean {
  return givenUp.has(trial.group ?? trial.name);
}
