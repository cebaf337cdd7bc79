import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { BusConfig } from "../../../plugins/message_bus/config.ts";
import { messageBus, type MessageBus } from "../../../plugins/message_bus/contract.ts";
import MessageBusPlugin from "../../../plugins/message_bus/plugin.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { LogRecord } from "../../../runtime/logger.ts";
import { hostService } from "../../../runtime/options.ts";
import type { ServiceConsumer } from "../../../runtime/plugin.ts";
import { config as systemConfig, runtimeLog } from "../../../runtime/system_services.ts";
import { pluginContext, systemClock, type UnitContext } from "../../../runtime/testing.ts";

/** Any free ports. */
export const settings = { publish_port: 0, subscribe_port: 0 };

const gateway = { host: "127.0.0.1", port: 0 };
const system = { name: "backplane", environment: "test", version: "0.0.0", gateway };

/** One run of the plugin, and the runtime's log that it carries. */
export class PluginRun {
  readonly context: UnitContext<BusConfig, Clock>;
  readonly plugin: MessageBusPlugin;
  readonly dataDir = mkdtempSync(join(tmpdir(), "backplane-"));
  say: (record: LogRecord) => void = () => undefined;

  constructor(given: unknown = settings) {
    const follow = (listener: (record: LogRecord) => void): Disposable => {
      this.say = listener;
      return { [Symbol.dispose]: () => (this.say = () => undefined) };
    };
    const services = [
      hostService(runtimeLog, { follow }),
      hostService(systemConfig, { ...system, dataDir: this.dataDir }),
    ];
    this.context = pluginContext<BusConfig, Clock>(MessageBusPlugin, { config: given, services, clock: systemClock });
    this.plugin = new MessageBusPlugin(this.context);
  }

  /** Errors that stay in this process. */
  get local(): readonly string[] {
    return this.context.lines.flatMap(({ local, level, message }) => (local && level === "error" ? [message] : []));
  }

  bus(name: string): MessageBus {
    const { signal } = new AbortController();
    const consumer: ServiceConsumer = {
      name,
      signal,
      own: (resource) => resource,
      bind: (callback) => callback,
    };
    return this.context.provided(messageBus, consumer);
  }

  /** Safe to call twice. */
  async release(): Promise<void> {
    await this.context.end();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** Started, and released when the test has ended. */
export async function start(context: Pick<TestContext, "after">, config?: unknown): Promise<PluginRun> {
  const run = new PluginRun(config);
  context.after(() => run.release());
  await run.plugin.start();
  return run;
}
