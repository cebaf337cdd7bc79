import { once } from "node:events";
import * as v from "valibot";
import { InfrastructurePlugin, type AdminRoute, type HealthCheck, type PluginMetadata } from "../../mod.ts";
import { integer } from "../../schemas/building_blocks.ts";
import { database } from "../database/contract.ts";
import { messageBus, type MessageBus, type Subscription } from "../message_bus/contract.ts";
import { LogIntake } from "./intake.ts";
import { RetentionKeeper } from "./retention.ts";
import { logRoutes } from "./routes.ts";
import { LogStore } from "./store.ts";

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
/** Less than the time the runtime gives `stop()` by default. */
const DRAIN_MS = 4_000;

interface LogConsumerConfig {
  retention_days: number;
  max_size_mb: number;
  queue_size: number;
  queue_mb: number;
  batch_rows: number;
  batch_ms: number;
}

const configSchema: v.GenericSchema<unknown, LogConsumerConfig> = v.strictObject({
  retention_days: v.optional(integer(1, 3_650), 30),
  max_size_mb: v.optional(integer(8, 1_048_576), 1_024),
  queue_size: v.optional(integer(100, 1_000_000), 50_000),
  queue_mb: v.optional(integer(1, 1_024), 64),
  batch_rows: v.optional(integer(1, 5_000), 500),
  batch_ms: v.optional(integer(1, 10_000), 100),
});

/** Writes what comes on `logs.*` to the database, and answers questions about it. */
export default class LogConsumerPlugin extends InfrastructurePlugin<LogConsumerConfig> {
  static override readonly metadata: PluginMetadata<LogConsumerConfig> = {
    name: "Log Consumer",
    version: "1.0.0",
    description: "Keeps the log entries of the bus, searchable, for some time",
    requires: [database, messageBus],
    config: configSchema,
  };
  #store!: LogStore;
  #intake!: LogIntake;
  #bus!: MessageBus;
  #subscription!: Subscription;

  override async start(): Promise<void> {
    const { queue_size, queue_mb, batch_rows, batch_ms } = this.config;
    this.#bus = this.requireService(messageBus);
    this.#store = await LogStore.open(this.requireService(database));
    this.#intake = new LogIntake({
      store: this.#store,
      clock: this.clock,
      log: this.log.local,
      queue: { entries: queue_size, bytes: queue_mb * MIB },
      batchRows: batch_rows,
      batchMs: batch_ms,
      bus: () => ({ gaps: this.#bus.counters().gaps, dropped: this.#subscription.counters.dropped }),
    });
    this.#subscription = await this.#bus.subscribe("logs.*", (message) => this.#intake.receive(message), {
      queueLimit: queue_size,
    });
    this.own(this.#subscription);
    this.own(this.#keepRetention());
  }

  override async stop(): Promise<void> {
    const time = new AbortController();
    const timer = this.clock.setTimeout(() => time.abort(), DRAIN_MS);
    const missed = await this.#receiveTheRest(time.signal);
    await this.#subscription.close();
    const lost = await this.#intake.stop(time.signal);
    timer[Symbol.dispose]();
    // Either makes the stop count as one with errors.
    if (lost > 0) throw new Error(`there was no time to write the last ${lost} log entries`);
    if (missed !== undefined) throw new Error("what the broker still held is lost", { cause: missed });
  }

  /**
   * What the broker holds for this subscription has been published: it is stored too, for as long as there is time.
   * @returns why that failed
   */
  async #receiveTheRest(time: AbortSignal): Promise<unknown> {
    const late = once(time, "abort").then(() => {
      throw new Error("there was no time for all that the broker held");
    });
    try {
      await Promise.race([this.#bus.flush(), late]);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  override healthCheck(): HealthCheck {
    return this.#intake.health();
  }

  override adminRoutes(): readonly AdminRoute[] {
    return logRoutes({ database: this.requireService(database), store: this.#store, feed: this.#intake.feed });
  }

  #keepRetention(): RetentionKeeper {
    const { retention_days, max_size_mb } = this.config;
    const limits = { ageMs: retention_days * DAY_MS, bytes: max_size_mb * MIB };
    return new RetentionKeeper({ store: this.#store, limits, clock: this.clock, log: this.log.local });
  }
}
