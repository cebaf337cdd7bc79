import type { LogRecord } from "./logger.ts";
import { serviceKey, type ServiceKey } from "./service_key.ts";

/** What a plugin may know about the system it runs in. */
export interface SystemConfig {
  readonly name: string;
  readonly environment: string;
  /** Absolute path of the data folder, 0700, existing. */
  readonly dataDir: string;
  /** Backplane's own version. */
  readonly version: string;
  /** What the gateway listens on when it does. */
  readonly gateway: { readonly host: string; readonly port: number };
}

/** The host's `config` service: `requires: [config]`. */
export const config: ServiceKey<SystemConfig> = serviceKey<SystemConfig>("config", "1.0.0");

/** The runtime's own log as a stream. A ring keeps the early lines until somebody follows. */
export interface RuntimeLog {
  /** Calls with every line the ring still holds, oldest first, then with each new one, until disposed. */
  follow(listener: (record: LogRecord) => void): Disposable;
}

/** The host's `runtime_log` service: what the message bus carries to `logs.runtime.*` and `logs.plugin.*`. */
export const runtimeLog: ServiceKey<RuntimeLog> = serviceKey<RuntimeLog>("runtime_log", "1.0.0");
