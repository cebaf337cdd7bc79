import { unlink, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { PeerRegister, ProgramKey } from "../../plugins/message_bus/client.ts";
import { BackplaneError, type ExitCode, reasonOf } from "../errors.ts";
import { errnoOf } from "../file_error.ts";
import { printableJson } from "../log/format.ts";
import { askInstance, PEERS_PATH, registerOf } from "./bus_install.ts";
import type { CommandContext, ManifestOptions } from "./command.ts";

export interface BusPeersOptions extends ManifestOptions {
  readonly json: boolean;
}

export interface BusPeerOptions extends BusPeersOptions {
  readonly name: string;
  /** Where the secret key goes; undefined: to standard output. */
  readonly out?: string | undefined;
}

/** What a change did to an instance. */
interface Effect {
  readonly running: boolean;
  /** Connections that were cut. */
  readonly disconnected: number;
}

/** Makes a program's first key. @throws BUS_PEER_INVALID, BUS_PEER_EXISTS, CLI_WRITE_FAILED, CLI_REFUSED */
export async function add(options: BusPeerOptions, context: CommandContext): Promise<ExitCode> {
  return await giveKey("add", options, context);
}

/** Makes a program's next key. @throws BUS_PEER_INVALID, BUS_PEER_UNKNOWN, CLI_WRITE_FAILED, CLI_REFUSED */
export async function rotate(options: BusPeerOptions, context: CommandContext): Promise<ExitCode> {
  return await giveKey("rotate", options, context);
}

/** Removes a program's key and cuts it off. @throws BUS_PEER_INVALID, BUS_PEER_UNKNOWN, CLI_REFUSED */
export async function revoke(options: BusPeerOptions, { output }: CommandContext): Promise<ExitCode> {
  const { name, json } = options;
  await (await registerOf(options)).revoke(name);
  const effect = await refresh(options).catch((error: unknown) => {
    output.error(`The key of ${name} is removed, but the running instance does not know it yet.`);
    throw error;
  });
  output.line(json ? printableJson({ name, ...effect }, 2) : `The key of ${name} is removed. ${effectText(effect)}`);
  return 0;
}

async function giveKey(
  action: "add" | "rotate",
  options: BusPeerOptions,
  { output }: CommandContext,
): Promise<ExitCode> {
  const { name, json } = options;
  const register = await registerOf(options);
  const serverKey = await register.serverKey();
  const out = options.out === undefined ? undefined : resolve(options.out);
  const key = await makeKey(register, action, name, out);
  const named = register.isNamed(name);
  // Before the instance is asked: the secret is kept nowhere else.
  if (!json) output.line(keyText(name, key, serverKey, out, named));
  const secret = out === undefined ? { secret_key: key.secretKey } : { secret_file: out };
  const document = { name, public_key: key.publicKey, ...secret, server_key: serverKey, in_manifest: named };
  const effect = await refresh(options).catch((error: unknown) => {
    if (json) output.line(printableJson(document, 2));
    throw error;
  });
  output.line(json ? printableJson({ ...document, ...effect }, 2) : effectText(effect));
  return 0;
}

async function makeKey(
  register: PeerRegister,
  action: "add" | "rotate",
  name: string,
  out: string | undefined,
): Promise<ProgramKey> {
  let written: string | undefined;
  try {
    return await register[action](name, async ({ secretKey }) => {
      if (out === undefined) return;
      await writeSecret(out, secretKey);
      written = out;
    });
  } catch (error) {
    if (written !== undefined) await unlink(written);
    throw error;
  }
}

async function writeSecret(path: string, secret: string): Promise<void> {
  try {
    await writeFile(path, `${secret}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    const reason = errnoOf(error) === "EEXIST" ? "it exists already" : reasonOf(error);
    throw new BackplaneError("CLI_WRITE_FAILED", `Cannot write the secret key to ${path}: ${reason}.`, {
      remedy: "Name a new file in a folder that can be written.",
      cause: error,
    });
  }
}

async function refresh(options: ManifestOptions): Promise<Effect> {
  const body = await askInstance(options, "post", `${PEERS_PATH}/refresh`);
  if (body === undefined) return { running: false, disconnected: 0 };
  const { disconnected } = body as { disconnected: Readonly<Record<string, number>> };
  return { running: true, disconnected: Object.values(disconnected).reduce((sum, count) => sum + count, 0) };
}

function effectText({ running, disconnected }: Effect): string {
  if (!running) return "No instance answers: it takes effect at the next start.";
  return `The instance knows of it; ${disconnected} connections were cut.`;
}

function keyText(name: string, key: ProgramKey, serverKey: string, out: string | undefined, named: boolean): string {
  const secret = out === undefined ? `${key.secretKey}   (shown only now)` : `in ${out}`;
  const lines = [
    `The key of ${name}, in Z85:`,
    `  secret               ${secret}`,
    `  public               ${key.publicKey}`,
    `  the broker's public  ${serverKey}`,
  ];
  if (named) return lines.join("\n");
  return [
    ...lines,
    "",
    "The manifest does not name it, so it may do nothing. Say what it may do in it and restart:",
    "  # under core.api_gateway.plugins.message_bus.config",
    "  peers:",
    `    ${name}: { publish: [], subscribe: [] }`,
  ].join("\n");
}
