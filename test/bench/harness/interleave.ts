import type { Figures } from "./child.ts";
import { Measured } from "./measured.ts";

/** Something to be measured again and again, in turn with others. */
export interface Trial {
  readonly name: string;
  /** Undefined: it gave up. It is then not tried again, nor is any later trial of the same group. */
  run(): Promise<Figures | undefined>;
  readonly group?: string;
}

export interface InterleaveOptions {
  readonly rounds: number;
  /** A trial gets no further round when it has used so much time: what is slow is not measured for ever. */
  readonly budgetMs: number;
  /** Told before each run what it is. */
  readonly progress: (text: string) => void;
}

/**
 * Measures all trials in rounds: one run of each, then again, in the opposite order, so that neither a slow minute of
 * the machine nor who goes first favours one of them.
 */
export async function interleave(trials: readonly Trial[], options: InterleaveOptions): Promise<Measured> {
  const results = new Map<string, Figures[]>(trials.map(({ name }) => [name, []]));
  const spentMs = new Map<string, number>();
  const givenUp = new Set<string>();
  for (let round = 0; round < options.rounds; round++) {
    // The first round goes forward, so that a group gives up at its smallest size.
    for (const trial of round % 2 === 0 ? trials : trials.toReversed()) {
      const group = trial.group ?? trial.name;
      const spent = spentMs.get(trial.name) ?? 0;
      if (spent >= options.budgetMs || givenUp.has(group)) continue;
      options.progress(`round ${round + 1} of ${options.rounds}: ${trial.name}`);
      const began = performance.now();
      const figures = await trial.run();
      spentMs.set(trial.name, spent + performance.now() - began);
      if (figures === undefined) givenUp.add(group);
      else results.get(trial.name)!.push(figures);
    }
  }
  return new Measured(results);
}
