import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { BackplaneError, type ExitCode, reasonOf } from "../errors.ts";
import { errnoOf, quoteForShell } from "../file_error.ts";
import { runtimeName, stripsTypes } from "../host.ts";
import type { CommandContext } from "./command.ts";
import { nextCommands } from "./next_commands.ts";

export interface InitOptions {
  /** Undefined: the working directory. */
  readonly folder?: string | undefined;
}

function manifestFor(backplane: string): string {
  return `# What runs here. \`${backplane} check\` says what is wrong with it, \`${backplane} start\` starts it.
core:
  system:
    name: backplane
    data_dir: ./data        # databases and keys; made at the first start, for its owner only
  api_gateway:
    host: 127.0.0.1
    port: 8771
    plugins:
      database:             # an encrypted SQLite file
        critical: true
      message_bus:          # a ZeroMQ broker on 127.0.0.1:5555 and 5556
        critical: true
      log_consumer:         # keeps what is published on logs.*
`;
}

/** Writes a small manifest into a folder, and never over another one. @throws MANIFEST_EXISTS, CLI_WRITE_FAILED */
export async function init({ folder = "." }: InitOptions, { output }: CommandContext): Promise<ExitCode> {
  const target = resolve(folder);
  const path = join(target, "core.yaml");
  const { backplane } = nextCommands(runtimeName(), stripsTypes());
  try {
    await mkdir(target, { recursive: true });
  } catch (error) {
    throw refused(path, errnoOf(error) === "EEXIST" ? `${target} is not a folder` : reasonOf(error), error);
  }
  try {
    await writeFile(path, manifestFor(backplane), { flag: "wx" });
  } catch (error) {
    throw errnoOf(error) === "EEXIST" ? exists(path) : refused(path, reasonOf(error), error);
  }
  const named = target === process.cwd() ? "" : ` ${quoteForShell(relative(process.cwd(), path))}`;
  output.line(`Wrote ${path}. Next:\n  ${backplane} check${named}\n  ${backplane} start${named}`);
  return 0;
}

function exists(path: string): BackplaneError {
  return new BackplaneError("MANIFEST_EXISTS", `Cannot write ${path}: it exists already.`, {
    remedy: "Edit that one, move it away, or name another folder: backplane init <folder>.",
  });
}

function refused(path: string, reason: string, cause: unknown): BackplaneError {
  return new BackplaneError("CLI_WRITE_FAILED", `Cannot write ${path}: ${reason}.`, {
    remedy: "Name a folder that can be written: backplane init <folder>.",
    cause,
  });
}
