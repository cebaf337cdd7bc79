import process from "node:process";
import { fileURLToPath } from "node:url";

/** What the kernel takes from the process around it. The only file of the kernel that looks. */
export interface HostEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly importModule: (url: string) => Promise<unknown>;
}

export function hostEnvironment(): HostEnvironment {
  return { variables: process.env, cwd: process.cwd(), importModule: (url) => import(url) };
}

/** The runtimes that Backplane knows. */
export type RuntimeName = "node" | "bun" | "deno";

/** Which runtime this is. Bun and Deno state a version of Node too. */
export function runtimeName(versions: Readonly<Record<string, string | undefined>> = process.versions): RuntimeName {
  if (versions["bun"] !== undefined) return "bun";
  return versions["deno"] === undefined ? "node" : "deno";
}

/** Whether following asynchronous context costs next to nothing: everywhere but on Node before 24. */
export function asyncContextIsCheap(): boolean {
  return runtimeName() !== "node" || Number.parseInt(process.versions.node, 10) >= 24;
}

/** Whether the runtime takes TypeScript without a loader: all but Node before 22.18. */
export function stripsTypes(): boolean {
  // Not in the declarations of Node 20, which has it not.
  return runtimeName() !== "node" || Boolean("typescript" in process.features && process.features.typescript);
}

/** The part of Deno's global that is asked. */
interface DenoPermissions {
  readonly permissions: { requestSync(of: { name: "net"; host: string }): { readonly state: string } };
}

/**
 * The flag of Deno that the process lacks to listen there, or undefined. Ask before `listen()` of node:net or node:http:
 * Deno says it from a tick that nobody can catch.
 * @param host an address, an IPv6 one without brackets
 */
export function missingListenFlag(host: string, port: number): string | undefined {
  if (runtimeName() !== "deno") return undefined;
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const { permissions } = (globalThis as unknown as { readonly Deno: DenoPermissions }).Deno;
  const { state } = permissions.requestSync({ name: "net", host: address });
  return state === "granted" ? undefined : `--allow-net=${address}`;
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

/** A place in a source file. */
export interface SourcePosition {
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
}

/** How a module's URL stands in stacks: as it is on Node and Deno, as a path on Bun. */
export function stackForms(url: string): readonly string[] {
  return url.startsWith("file:") ? [url, fileURLToPath(url)] : [url];
}

/** Where a module does not parse, in the dialects of esbuild (tsx), Node, Bun and Deno; else undefined. */
export function syntaxPosition(thrown: unknown): SourcePosition | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { message, stack, position, errors } = thrown as Record<"message" | "stack" | "position" | "errors", unknown>;
  if (thrown instanceof AggregateError && / errors? building "/.test(String(message))) {
    return syntaxPosition((errors as unknown[])[0]);
  }
  const esbuild = /^(.+):(\d+):(\d+): ERROR:/m.exec(String(message));
  if (esbuild !== null) return placeOf(esbuild[1]!, esbuild[2]!, esbuild[3]);
  if (typeof position === "object" && position !== null && "file" in position) {
    const { file, line, column } = position as Record<string, unknown>;
    return placeOf(String(file), String(line), String(column));
  }
  if (!(thrown instanceof SyntaxError) && !DENO_SYNTAX.test(String(message))) return undefined;
  const deno = / at (file:\/\/\S+?):(\d+):(\d+)/.exec(String(message));
  if (deno !== null) return placeOf(deno[1]!, deno[2]!, deno[3]);
  const node = /^((?:file:\/\/|\/|[A-Za-z]:\\).+?):(\d+)$/.exec(String(stack).split("\n")[0]!);
  return node === null ? undefined : placeOf(node[1]!, node[2]!, undefined);
}

/** Deno throws a TypeError, older ones with the first of these. */
const DENO_SYNTAX = /^(?:The module's source code could not be parsed|SyntaxError: )/;

/** @param file a path or a file URL */
export function placeOf(file: string, line: string, column: string | undefined): SourcePosition {
  return { file: pathOf(file), line: Number(line), column: column === undefined ? undefined : Number(column) };
}

/** @param file a path or a file URL, with or without a query */
export function pathOf(file: string): string {
  return file.startsWith("file:") ? fileURLToPath(file.replace(/\?.*$/, "")) : file;
}

/**
 * Runs what replaces the global Request and Response by classes derived from them. Objects of the runtime's own classes,
 * such as what its `fetch()` answers, stay instances of the globals.
 */
export function keepInstances<Result>(replace: () => Result): Result {
  const { Request: OldRequest, Response: OldResponse } = globalThis;
  const result = replace();
  countAsInstances(globalThis.Request, OldRequest);
  countAsInstances(globalThis.Response, OldResponse);
  return result;
}

type Class = abstract new (...values: never[]) => unknown;

function countAsInstances(derived: Class, original: Class): void {
  if (derived === original) return;
  const value = function (this: Class, candidate: unknown): boolean {
    // Classes derived from it inherit this.
    return this === derived ? candidate instanceof original : ordinaryHasInstance.call(this, candidate);
  };
  // Configurable: who puts the old globals back gets the same derived classes once more.
  Object.defineProperty(derived, Symbol.hasInstance, { value, configurable: true });
}

const ordinaryHasInstance = Function.prototype[Symbol.hasInstance];
