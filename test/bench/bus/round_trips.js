import { finish } from "../harness/measure.js";

/**
 * Asks one request after the other, tells the parent how long the answers took and ends the process.
 * @param {() => Promise<unknown>} ask resolves when the answer is there
 */
export async function measureRoundTrips(requests, warming, ask) {
  for (let turn = 0; turn < warming; turn++) await ask();
  const times = new Float64Array(requests);
  for (let turn = 0; turn < requests; turn++) {
    const began = performance.now();
    await ask();
    times[turn] = (performance.now() - began) * 1_000;
  }
  times.sort();
  finish({ p50Us: times[Math.floor(requests * 0.5)], p99Us: times[Math.floor(requests * 0.99)] });
}
