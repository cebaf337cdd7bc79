import type { ServiceContainer } from "./container.ts";
import type { Manifest } from "./manifest/manifest.ts";
import type { HostService } from "./options.ts";
import { perConsumer } from "./plugin.ts";
import { config, type RuntimeLog, runtimeLog, type SystemConfig } from "./system_services.ts";
import { version } from "./version.ts";

export interface HostServices {
  readonly manifest: Manifest;
  /** Where it listens, if it does. */
  readonly url: string | undefined;
  readonly log: RuntimeLog;
  /** The host program's own. */
  readonly services: readonly HostService[];
}

/** Puts into the container what is there for plugins before any of them runs. */
export function provideHostServices(container: ServiceContainer, given: HostServices): void {
  const { system, gateway } = given.manifest;
  const { name, environment, dataDir } = system;
  const port = given.url === undefined ? gateway.port : Number(new URL(given.url).port);
  const settings: SystemConfig = { name, environment, dataDir, version, gateway: { host: gateway.host, port } };
  container.register(config, Object.freeze(settings));
  container.register(
    runtimeLog,
    perConsumer((consumer) => ({ follow: (listener) => given.log.follow(consumer.bind(listener)) })),
  );
  for (const { key, value } of given.services) container.register(key, value);
}
