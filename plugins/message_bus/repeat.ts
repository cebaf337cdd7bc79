import type { Clock } from "../../mod.ts";

/** Calls at once and then every `ms`, until disposed. */
export function repeat(clock: Clock, ms: number, call: () => void): Disposable {
  let timer: Disposable;
  const turn = (): void => {
    call();
    timer = clock.setTimeout(turn, ms);
  };
  turn();
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
