/** Time as the runtime sees it; comes in as an option, so that tests need no sleeping. Milliseconds throughout. */
export interface Clock {
  /** Since the Unix epoch; may jump. */
  now(): number;
  /** Since an arbitrary moment; never jumps. */
  monotonic(): number;
  /** Calls once, after `ms`. Disposing cancels. A timer does not keep the process alive unless it says so. */
  setTimeout(callback: () => void, ms: number, options?: { readonly keepAlive?: boolean }): Disposable;
}

/** The machine's own clock. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(callback: () => void, ms: number, options?: { readonly keepAlive?: boolean }): Disposable {
    const timer = setTimeout(callback, ms);
    if (options?.keepAlive !== true) timer.unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
});
