import { PeerRegister } from "../../plugins/message_bus/client.ts";
import { prepareDataDir } from "../data_dir.ts";
import { BackplaneError } from "../errors.ts";
import { AdminClient } from "./admin_client.ts";
import type { ManifestOptions } from "./command.ts";
import { readManifestOf } from "./manifest_options.ts";

const BUS = "message_bus";
export const PEERS_PATH = `/plugins/${BUS}/peers`;

/** The keys of the install that a manifest describes. @throws MANIFEST_*, RUNTIME_DATA_DIR, PLUGIN_CONFIG_INVALID */
export async function registerOf(options: ManifestOptions): Promise<PeerRegister> {
  const { system, plugins } = await readManifestOf(options);
  await prepareDataDir(system.dataDir);
  return new PeerRegister({
    dataDir: system.dataDir,
    system: system.name,
    plugins: plugins.map(({ name }) => name),
    config: plugins.find(({ name }) => name === BUS)?.config,
  });
}

/**
 * What the running instance answers.
 * @returns undefined when none runs
 * @throws CLI_REFUSED when it does not do what it is asked for
 */
export async function askInstance(options: ManifestOptions, method: "get" | "post", path: string): Promise<unknown> {
  try {
    const client = await AdminClient.of(options);
    const answer = await client[method](path);
    if (answer.status !== 200) throw client.refusal(answer);
    return answer.body;
  } catch (error) {
    if (error instanceof BackplaneError && error.code === "CLI_UNREACHABLE") return undefined;
    throw error;
  }
}
