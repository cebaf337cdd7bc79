import { ANONYMOUS, CLI, cliIdentity, type BusClientOptions } from "../../plugins/message_bus/client.ts";
import { BackplaneError } from "../errors.ts";
import { errnoOf } from "../file_error.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { ManifestOptions } from "./command.ts";
import { readManifestOf } from "./manifest_options.ts";

/** Where a broker is, and who comes. */
export type BusAddress = Required<Pick<BusClientOptions, "host" | "publishPort" | "subscribePort">> &
  Pick<BusClientOptions, "curve" | "source" | "maxMessageBytes">;

const HOST = "127.0.0.1";
const PUBLISH_PORT = 5555;
const SUBSCRIBE_PORT = 5556;

/**
 * Where the broker of a manifest listens: what its entry message_bus says; without any manifest the usual place. `cli`
 * comes with the install's own key, if there is one that this user may read, else as `anonymous`, for nobody without the
 * key may sign as `cli`; any other source comes without a key.
 * @throws MANIFEST_*, RUNTIME_KEY_*, BUS_UNREACHABLE when the entry says port 0
 */
export async function busAddressOf(options: ManifestOptions, source: string = CLI): Promise<BusAddress> {
  const manifest = await manifestOf(options);
  const settings = settingsIn(manifest);
  const maxMessageBytes = settings["max_message_bytes"];
  const address = {
    host: reachable(typeof settings["host"] === "string" ? settings["host"] : HOST),
    publishPort: portOf(settings["publish_port"], PUBLISH_PORT),
    subscribePort: portOf(settings["subscribe_port"], SUBSCRIBE_PORT),
    source,
    ...(typeof maxMessageBytes === "number" ? { maxMessageBytes } : {}),
  };
  if (address.publishPort === 0 || address.subscribePort === 0) {
    throw new BackplaneError("BUS_UNREACHABLE", "Cannot reach the bus: its manifest says port 0, any free one.", {
      remedy: "Set publish_port and subscribe_port of message_bus to fixed ports.",
    });
  }
  if (source !== CLI || settings["engine"] === "native") return address;
  const curve = manifest === undefined ? undefined : await identityIn(manifest.system.dataDir);
  return curve === undefined ? { ...address, source: ANONYMOUS } : { ...address, curve };
}

async function manifestOf(options: ManifestOptions): Promise<Manifest | undefined> {
  try {
    return await readManifestOf(options);
  } catch (error) {
    const unnamed = options.manifest === undefined;
    if (unnamed && error instanceof BackplaneError && error.code === "MANIFEST_NOT_FOUND") return undefined;
    throw error;
  }
}

function settingsIn(manifest: Manifest | undefined): Readonly<Record<string, unknown>> {
  const settings = manifest?.plugins.find(({ name }) => name === "message_bus")?.config;
  return typeof settings === "object" && settings !== null ? (settings as Record<string, unknown>) : {};
}

/** Keys that this user may not read are none: the broker may let programs without a key do what is asked for. */
async function identityIn(dataDir: string): Promise<BusClientOptions["curve"]> {
  try {
    return await cliIdentity(dataDir);
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (errnoOf(cause) === "EACCES") return undefined;
    }
    throw error;
  }
}

/** An address that means every interface is reached through loopback. */
function reachable(host: string): string {
  return host === "0.0.0.0" ? HOST : host === "::" ? "::1" : host;
}

function portOf(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
