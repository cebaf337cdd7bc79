import type { Figures } from "../harness/child.ts";
import type { Contestant, Ports, ProgramName } from "./contestant.ts";
import type { Frames } from "./payload.ts";
import { inTime, Program } from "./program.ts";

/** What is sent from one publisher through a broker. */
export interface Flow {
  readonly messages: number;
  /** Each a connection of its own, all in one process. */
  readonly subscribers: number;
  /** Undefined: log entries in envelopes, encoded and decoded by who sends and receives. */
  readonly frames?: Frames;
}

/** What the subscriber's process tells. */
interface Arrivals {
  /** Of all its subscribers. */
  readonly received: number;
  /** From the first message to the last. */
  readonly ms: number;
}

/** A run that takes longer gives up. */
const LIMIT_MS = 40_000;
const NOWHERE: Ports = { publish: 0, subscribe: 0 };

/**
 * Runs broker, subscriber and publisher, each in a process of its own.
 * @returns messages received a second, how many were lost, and what each costs the broker; undefined when it was not
 * done in time
 */
export function measureFlow(contestant: Contestant, flow: Flow): Promise<Figures | undefined> {
  const kind = flow.frames === undefined ? "typed_" : "";
  return inTime(LIMIT_MS, async (deadline) => {
    await using broker = new Program(contestant.command("broker"), deadline);
    const ports = await broker.find((line) => contestant.portsIn(line));
    await using subscriber = new Program(commandOf(contestant, `${kind}subscriber`, ports, flow), deadline);
    await subscriber.line();
    const before = broker.figures["cpuMs"]!;
    await using publisher = new Program(commandOf(contestant, `${kind}publisher`, ports, flow), deadline);
    const line = await Promise.race([subscriber.line(), publisher.failure, broker.failure]);
    const brokerUs = ((broker.figures["cpuMs"]! - before) * 1_000) / flow.messages;
    return { ...arrivalsIn(line, flow), brokerUs };
  });
}

/** The same in one process, that of the program "in_process". */
export function measureInside(contestant: Contestant, flow: Flow): Promise<Figures | undefined> {
  return inTime(LIMIT_MS, async (deadline) => {
    await using program = new Program(commandOf(contestant, "in_process", NOWHERE, flow), deadline);
    return arrivalsIn(await program.line(), flow);
  });
}

function commandOf(contestant: Contestant, program: ProgramName, ports: Ports, flow: Flow): readonly string[] {
  const { messages, subscribers, frames = [] } = flow;
  const values = [ports.publish, ports.subscribe, messages, subscribers].map(String);
  return [...contestant.command(program), ...values, ...frames];
}

function arrivalsIn(line: string, { messages, subscribers }: Flow): Figures {
  const { received, ms } = JSON.parse(line) as Arrivals;
  return { rate: ((received - 1) * 1_000) / ms, lost: messages * subscribers - received };
}
