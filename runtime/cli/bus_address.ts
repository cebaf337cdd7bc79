import { BackplaneError } from "../errors.ts";
import type { ManifestOptions } from "./command.ts";
import { readManifestOf } from "./manifest_options.ts";

export interface BusAddress {
  readonly host: string;
  readonly publishPort: number;
  readonly subscribePort: number;
}

const DEFAULTS: BusAddress = { host: "127.0.0.1", publishPort: 5555, subscribePort: 5556 };

/**
 * Where the broker of a manifest listens: what its entry message_bus says. Without any manifest: the usual place.
 * @throws MANIFEST_*, BUS_UNREACHABLE when the entry says port 0
 */
export async function busAddressOf(options: ManifestOptions): Promise<BusAddress> {
  const settings = await settingsOf(options);
  const address = {
    host: typeof settings["host"] === "string" ? settings["host"] : DEFAULTS.host,
    publishPort: portOf(settings["publish_port"], DEFAULTS.publishPort),
    subscribePort: portOf(settings["subscribe_port"], DEFAULTS.subscribePort),
  };
  if (address.publishPort !== 0 && address.subscribePort !== 0) return address;
  throw new BackplaneError("BUS_UNREACHABLE", "Cannot reach the bus: its manifest says port 0, any free one.", {
    remedy: "Set publish_port and subscribe_port of message_bus to fixed ports.",
  });
}

async function settingsOf(options: ManifestOptions): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { plugins } = await readManifestOf(options);
    const settings = plugins.find(({ name }) => name === "message_bus")?.config;
    return typeof settings === "object" && settings !== null ? (settings as Record<string, unknown>) : {};
  } catch (error) {
    const unnamed = options.manifest === undefined;
    if (unnamed && error instanceof BackplaneError && error.code === "MANIFEST_NOT_FOUND") return {};
    throw error;
  }
}

function portOf(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
