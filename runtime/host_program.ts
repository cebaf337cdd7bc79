import type { Clock } from "./clock.ts";
import { type ServiceContainer, ServiceViews } from "./container.ts";
import { Scope } from "./lifecycle/scope.ts";
import type { Logger } from "./logger.ts";
import type { Resource } from "./plugin.ts";
import { serviceUnavailable } from "./refusals.ts";
import type { ServiceKey } from "./service_key.ts";

/** The program around the runtime: a consumer of services like a plugin, with what lives as long as it uses them. */
export class HostProgram {
  readonly #scope: Scope;
  readonly #services: ServiceViews;

  constructor(container: ServiceContainer, log: Logger) {
    const scope = new Scope("host", (error) => log.error("What the host owned could not be released.", { error }));
    this.#scope = scope;
    this.#services = new ServiceViews(container, {
      name: "host",
      signal: scope.signal,
      own: (resource) => scope.own(resource),
      bind: (callback) => callback,
    });
  }

  /** @throws SERVICE_UNAVAILABLE */
  service<T>(key: ServiceKey<T>): T {
    const value = this.#services.find(key);
    if (value === undefined) throw serviceUnavailable(key);
    return value;
  }

  /** Released by `close()`, last owned first. */
  own(resource: Resource): void {
    this.#scope.own(resource);
  }

  async close(clock: Clock, ms: number): Promise<void> {
    await this.#scope.close(clock, ms);
  }
}
