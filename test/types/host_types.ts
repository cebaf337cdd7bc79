/** What a host may write, and what does not compile. Checked by `npm run types`; nothing here is run. */
import {
  type BackplaneError,
  createRuntime,
  type ErrorCode,
  type HealthReport,
  hostService,
  perConsumer,
  type PluginResult,
  type Runtime,
  serviceKey,
  type ServiceState,
} from "backplane";
import { type LogEntry, logEntry, messageBus, type MessageBus, type MessageType } from "backplane/plugins/message_bus";
import { testPlugin } from "backplane/testing";
import { equal, type Equal } from "./equal.ts";
import { Forecast } from "./plugin_types.ts";

const counter = serviceKey<{ next(): number }>("counter", "1.0.0");

export async function host(runtime: Runtime): Promise<void> {
  const table = await runtime.start();
  equal<Equal<typeof table, readonly PluginResult[]>>();
  equal<Equal<(typeof table)[0]["state"], ServiceState>>();
  equal<Equal<(typeof table)[0]["cause"], BackplaneError | undefined>>();
  equal<Equal<Awaited<ReturnType<typeof runtime.health>>, HealthReport>>();
  const bus = runtime.service(messageBus);
  equal<Equal<typeof bus, MessageBus>>();
  // @ts-expect-error services are named by keys, not by strings
  runtime.service("message_bus");
  // @ts-expect-error the table is not to be changed
  table[0].state = "running";
  // @ts-expect-error there is no such state
  if (table[0]?.state === "up") await runtime.stop();
  // @ts-expect-error fetch takes a Request
  await runtime.fetch("/api/v1/admin/health");
  await using other = createRuntime();
  await other.plan();
}

export function options(): void {
  createRuntime({ manifest: "core.yaml", listen: true, services: [hostService(counter, { next: () => 1 })] });
  createRuntime({
    services: [
      hostService(
        counter,
        perConsumer(({ name }) => ({ next: () => name.length })),
      ),
    ],
  });
  // @ts-expect-error the value is not what the key promises
  createRuntime({ services: [hostService(counter, { next: () => "1" })] });
  createRuntime({ plugins: { forecast: Forecast } });
  // @ts-expect-error an instance is no class
  createRuntime({ plugins: { forecast: { metadata: Forecast.metadata } } });
  // @ts-expect-error a class without metadata is no plugin
  createRuntime({ plugins: { forecast: Map } });
  // @ts-expect-error the option is misspelt
  createRuntime({ manifests: "core.yaml" });
  // @ts-expect-error the manifest says host and port
  createRuntime({ listen: 8771 });
}

interface Count {
  readonly count: number;
}

export async function answers(bus: MessageBus, count: MessageType<Count>, entry: LogEntry): Promise<void> {
  await bus.respond("count.a", () => ({ type: count, value: { count: 1 } }));
  await bus.respond("count.a", async (message) => ({ type: logEntry, value: message.decode(logEntry) }));
  await bus.respond("count.a", () => {
    throw new Error("not today");
  });
  await bus.respond<Count | LogEntry>("count.a", ({ id }) =>
    id === "" ? { type: count, value: { count: 1 } } : { type: logEntry, value: entry },
  );
  await bus.respond("count.a", ({ id }) =>
    id === "" ? { type: count, value: { count: 1 } } : { type: logEntry, value: entry },
  );
  await bus.respond("count.a", async ({ id }) => {
    if (id === "") return { type: count, value: { count: 1 }, attributes: { first: "yes" } };
    return { type: logEntry, value: entry };
  });
  await bus.respond("count.a", ({ id }) =>
    // @ts-expect-error one of the values is not of the type that it is sent as
    id === "" ? { type: count, value: entry } : { type: logEntry, value: entry },
  );
  await bus.respond("count.a", async ({ id }) =>
    // @ts-expect-error one of the values is not of the type that it is sent as
    id === "" ? { type: count, value: { count: "1" } } : { type: logEntry, value: entry },
  );
  // @ts-expect-error one of the answers has no value
  await bus.respond("count.a", ({ id }) => (id === "" ? { type: count } : { type: logEntry, value: entry }));
  // @ts-expect-error nothing is answered
  await bus.respond("count.a", () => undefined);
  // @ts-expect-error the value is not of the type that it is sent as
  await bus.respond("count.a", () => ({ type: count, value: { count: "1" } }));
  // @ts-expect-error a part of the value is missing
  await bus.respond("count.a", async () => ({ type: logEntry, value: { message: "x" } }));
  // @ts-expect-error the value is not of the type that it is sent as
  await bus.publish("count.a", count, { count: "1" });
}

export function listen(runtime: Runtime): () => void {
  return runtime.on((event) => {
    switch (event.type) {
      case "plugin_state":
        equal<Equal<typeof event.to, ServiceState>>();
        // @ts-expect-error only a stop has a reason
        return void event.reason;
      case "runtime_stopping":
        equal<Equal<typeof event.reason, string>>();
        return;
      // @ts-expect-error there is no such event
      case "plugin_exploded":
        return;
      default:
    }
  });
}

export function failed(error: BackplaneError): boolean {
  equal<Equal<typeof error.code, ErrorCode>>();
  // @ts-expect-error there is no such code
  return error.code === "PLAN_CICLE";
}

export async function kit(): Promise<void> {
  await using test = testPlugin(Forecast, { services: [hostService(counter, { next: () => 1 })] });
  const result = await test.start();
  equal<Equal<typeof result, PluginResult>>();
  equal<Equal<ReturnType<typeof test.service<MessageBus>>, MessageBus>>();
  // @ts-expect-error there is no such phase
  testPlugin(Forecast, { phases: { begin: { delayMs: 1 } } });
  // @ts-expect-error an instance is no class
  testPlugin({ metadata: Forecast.metadata });
}
