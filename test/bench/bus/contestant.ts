import { fileURLToPath } from "node:url";

/** What a contestant has a program for; not each has all of them. */
export type ProgramName =
  | "broker"
  | "publisher"
  | "subscriber"
  | "typed_publisher"
  | "typed_subscriber"
  | "requester"
  | "responder"
  | "idle"
  | "in_process";

/** Where a broker listens; one and the same port where publishers and subscribers need no two. */
export interface Ports {
  readonly publish: number;
  readonly subscribe: number;
}

/** One way to carry messages from process to process. */
export interface Contestant {
  readonly name: string;
  /** The program and its first arguments; those of the run follow. */
  command(program: ProgramName): readonly string[];
  /** The ports, in the line by which the broker says that it listens. */
  portsIn(line: string): Ports | undefined;
}

/** Of brokers that say `{"publish":5555,"subscribe":5556}`. */
export function portsInJson(line: string): Ports | undefined {
  return line.startsWith('{"publish":') ? (JSON.parse(line) as Ports) : undefined;
}

/** A file of this folder. */
export function busFile(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
