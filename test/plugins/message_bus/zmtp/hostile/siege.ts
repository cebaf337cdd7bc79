import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type {
  Broker,
  BrokerCounters,
  BrokerOptions,
  CurveIdentity,
  Link,
} from "../../../../../plugins/message_bus/engine.ts";
import { zmtpEngine } from "../../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { type Clock, systemClock } from "../../../../../runtime/clock.ts";
import { envelope, numberOf } from "./envelope_bytes.ts";
import { SeededRandom } from "./random.ts";

/** How many rounds a random test plays: `BACKPLANE_HOSTILE_ROUNDS`, else the few that CI has time for. */
export function rounds(inContinuousIntegration: number): number {
  return Number(process.env["BACKPLANE_HOSTILE_ROUNDS"] ?? inContinuousIntegration);
}

/** The name of the legitimate clients' peer, where they have a key. */
export const LEGITIMATE = "legitimate";
const TOPIC = "legitimate.news";
/** Nothing here takes so long but by a fault. */
const DEADLINE_MS = 10_000;

interface SiegeOptions extends Partial<BrokerOptions> {
  readonly clock?: Clock;
  /** As whom the legitimate clients come; default: without a key. */
  readonly curve?: CurveIdentity;
}

/**
 * A broker under siege, and a legitimate publisher and subscriber that must go on being served. Ended when the test
 * has.
 */
export class Siege {
  readonly broker: Broker;
  readonly #publisher: Link;
  readonly #subscriber: Link;
  readonly #received: number[];
  readonly #sockets: number;
  /** Prefixes that the publisher knows to be subscribed. */
  readonly heard: Set<string>;
  #sent = 0;

  private constructor(broker: Broker, publisher: Link, subscriber: Link, received: number[], heard: Set<string>) {
    this.broker = broker;
    this.#publisher = publisher;
    this.#subscriber = subscriber;
    this.#received = received;
    this.heard = heard;
    this.#sockets = openSockets();
  }

  static async begin(
    context: TestContext,
    { clock = systemClock, curve, ...options }: SiegeOptions = {},
  ): Promise<Siege> {
    const engine = zmtpEngine(clock);
    const broker = await engine.startBroker({
      host: "127.0.0.1",
      publishPort: 0,
      subscribePort: 0,
      highWaterMark: 100_000,
      maxFrameBytes: 1_048_576,
      ...options,
    });
    const received: number[] = [];
    const heard = new Set<string>();
    const linkOptions = { highWaterMark: 100_000, ...(curve && { curve }) };
    const subscriber = await engine.connect(broker.endpoints, linkOptions, {
      ...silent,
      onMessage: (_, bytes) => received.push(numberOf(bytes)),
    });
    const publisher = await engine.connect(broker.endpoints, linkOptions, {
      ...silent,
      onInterest: (prefix, active) => void (active ? heard.add(prefix) : heard.delete(prefix)),
    });
    context.after(async () => {
      for (const link of [publisher, subscriber]) await link.close(0);
      await broker.close();
    });
    subscriber.subscribe(TOPIC);
    await until(() => heard.has(TOPIC), "the legitimate subscription arrives");
    return new Siege(broker, publisher, subscriber, received, heard);
  }

  get counters(): BrokerCounters {
    return this.broker.counters!;
  }
  get publishPort(): number {
    return portOf(this.broker.endpoints.publish);
  }
  get subscribePort(): number {
    return portOf(this.broker.endpoints.subscribe);
  }

  /** Lets the legitimate publisher speak; `assertServed` looks whether all of it arrived. */
  publish(count = 1): void {
    for (let index = 0; index < count; index += 1) this.#publisher.send(TOPIC, envelope(LEGITIMATE, this.#sent++));
  }

  /** The broker lives, and everything that was published has arrived, once and in order. */
  async assertServed(): Promise<void> {
    this.publish(100);
    await until(() => this.#received.length >= this.#sent, "the legitimate subscriber has everything");
    assert.deepEqual(
      this.#received,
      Array.from({ length: this.#sent }, (_, index) => index),
    );
    assert.equal(this.broker.alive, true);
    assert.equal(this.counters.faults.internal, undefined);
    assert.ok(this.#publisher.alive && this.#subscriber.alive);
  }

  /** And nothing of the attackers is left, once they have gone. */
  async assertOver(): Promise<void> {
    await this.assertServed();
    await until(() => openSockets() <= this.#sockets, "all sockets of the attackers are closed");
    await until(() => this.heard.size === 1, "no subscription of the attackers is left");
  }
}

/** What a link's client needs not hear. */
export const silent = {
  onMessage: () => undefined,
  onMalformed: () => undefined,
  onInterest: () => undefined,
  onStanding: () => undefined,
};

export function portOf(endpoint: string): number {
  return Number(endpoint.slice(endpoint.lastIndexOf(":") + 1));
}

/** Asks until it is so. */
export async function until(good: () => boolean, what: string, ms = DEADLINE_MS): Promise<void> {
  const deadline = performance.now() + ms;
  while (!good()) {
    assert.ok(performance.now() < deadline, `not so within ${ms} ms: ${what}`);
    await sleep(2);
  }
}

/** Sockets of this process, seen from outside of any runtime. */
export function openSockets(): number {
  return readdirSync("/proc/self/fd").filter((file) => linkOf(file).startsWith("socket:")).length;
}

function linkOf(file: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    // It was closed meanwhile.
    return "";
  }
}

/** Runs what is random; if it fails, the error tells how to play it again. */
export async function withSeed(play: (random: SeededRandom) => Promise<void>): Promise<void> {
  const random = new SeededRandom(Number(process.env["BACKPLANE_HOSTILE_SEED"] ?? Math.floor(Math.random() * 2 ** 31)));
  try {
    await play(random);
  } catch (error) {
    throw new Error(`With BACKPLANE_HOSTILE_SEED=${random.seed}: ${String(error)}`, { cause: error });
  }
}
