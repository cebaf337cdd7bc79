import process from "node:process";

/** What the kernel takes from the process around it. The only file of the kernel that looks. */
export interface HostEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly importModule: (url: string) => Promise<unknown>;
}

export function hostEnvironment(): HostEnvironment {
  return { variables: process.env, cwd: process.cwd(), importModule: (url) => import(url) };
}

/** Whether following asynchronous context costs next to nothing: everywhere but on Node before 24. */
export function asyncContextIsCheap(): boolean {
  const { bun, deno, node } = process.versions;
  return bun !== undefined || deno !== undefined || Number.parseInt(node, 10) >= 24;
}

/** Whether the runtime takes TypeScript without a loader: all but Node before 22.18. */
export function stripsTypes(): boolean {
  const { bun, deno } = process.versions;
  // Not in the declarations of Node 20, which has it not.
  return (
    bun !== undefined || deno !== undefined || Boolean("typescript" in process.features && process.features.typescript)
  );
}

export type StopSignal = "SIGTERM" | "SIGINT";

/**
 * Calls once, at the first of the signals, and then lets go of them: a second signal ends the process as it would any
 * other. Disposing lets go at once.
 */
export function onStopSignal(listener: (signal: StopSignal) => void): Disposable {
  const signals: readonly StopSignal[] = ["SIGTERM", "SIGINT"];
  const release = (): void => signals.forEach((signal) => process.off(signal, receive));
  const receive = (signal: StopSignal): void => {
    release();
    listener(signal);
  };
  for (const signal of signals) process.on(signal, receive);
  return { [Symbol.dispose]: release };
}
