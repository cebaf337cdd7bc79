import { setImmediate } from "node:timers";

/** Steps within one turn of the event loop: whoever never stops must let it turn in between. */
const STEPS_PER_TURN = 1_000;

/** Runs steps one after another, each once the code that queued it has come to an end, and soon. */
export class TurnQueue {
  #queue: (() => void)[] = [];
  #scheduled = false;
  #steps = 0;

  enqueue(step: () => void): void {
    this.#queue.push(step);
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (this.#steps < STEPS_PER_TURN) queueMicrotask(() => this.#run());
    else setImmediate(() => this.#run());
  }

  #run(): void {
    this.#scheduled = false;
    if (this.#steps === 0) setImmediate(() => (this.#steps = 0));
    const queue = this.#queue;
    this.#queue = [];
    this.#steps += queue.length;
    for (const step of queue) step();
  }
}
