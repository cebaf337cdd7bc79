/** The measuring half of a benchmark that runs in the measured process: plain JavaScript, so that nothing translates it. */

/**
 * Measures one asynchronous piece of work.
 * @param {() => unknown} work
 * @returns {Promise<{ ms: number, cpuMs: number, rssMb: number, idleRssMb: number }>} wall time, CPU time of all threads
 * of the process (compiler and garbage collector too), and resident memory right after and right before it
 */
export async function measure(work) {
  // What the imports left to do is not part of the work.
  await new Promise((resolve) => setImmediate(resolve));
  const idleRssMb = residentMb();
  const usage = process.cpuUsage();
  const began = performance.now();
  await work();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(usage);
  return { ms, cpuMs: (user + system) / 1_000, rssMb: residentMb(), idleRssMb };
}

function residentMb() {
  return process.memoryUsage.rss() / 2 ** 20;
}

/**
 * Measures synchronous work that can be done again: once cold, then warm for about half a second, at least three times.
 * @param {() => unknown} work
 * @returns {Promise<{ firstMs: number, ms: number, cpuMs: number, rssMb: number }>} `ms` is the median of the warm ones
 */
export async function measureRepeated(work) {
  const { ms: firstMs } = await measure(work);
  const times = [];
  const repeated = await measure(() => {
    for (let spent = 0; spent < 500 || times.length < 3; spent += times.at(-1)) {
      const began = performance.now();
      work();
      times.push(performance.now() - began);
    }
  });
  const ms = times.toSorted((left, right) => left - right)[times.length >> 1];
  return { firstMs, ms, cpuMs: repeated.cpuMs / times.length, rssMb: repeated.rssMb };
}

/** Hands the figures to the parent and ends, whatever still holds the process. */
export function finish(figures) {
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
}
