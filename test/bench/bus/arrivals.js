import { finish } from "../harness/measure.js";

/** Gives up when nothing has come for so long. */
const QUIET_MS = 5_000;

/**
 * Counts what arrives, tells the parent when all has or nothing comes any more, and ends the process then. The clock
 * runs from the first message to the last.
 * @param {number} expected
 * @returns {() => void} to be called for each message
 */
export function countArrivals(expected) {
  let received = 0;
  let seen = 0;
  let began = 0;
  const done = () => finish({ received, ms: performance.now() - began });
  setInterval(() => {
    if (received > 0 && received === seen) done();
    seen = received;
  }, QUIET_MS);
  return () => {
    received += 1;
    if (received === 1) began = performance.now();
    else if (received === expected) done();
  };
}
