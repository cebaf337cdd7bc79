import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { busFile } from "./contestant.ts";

/** Debian puts servers where not everybody's PATH leads. */
export const NATS_SERVER = 'PATH="$PATH:/usr/sbin" exec nats-server';

/** What of the Debian packages in .ci/packages is missing for this benchmark, each by its package. */
export function missingPackages(): readonly string[] {
  const works = (program: string, ...values: string[]): boolean => spawnSync(program, values).status === 0;
  const missing: string[] = [];
  if (!works("gcc", "--version")) missing.push("gcc");
  else if (!works("gcc", "-E", "-include", "zmq.h", "-x", "c", "/dev/null")) missing.push("libzmq3-dev");
  if (!works("sh", "-c", `${NATS_SERVER} --version`)) missing.push("nats-server");
  return missing;
}

/** The programs of c/, compiled into a folder that is removed with it. */
export class CPrograms implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "backplane-bench-"));

  static async compile(): Promise<CPrograms> {
    const programs = new CPrograms();
    const sources = readdirSync(busFile("c")).filter((name) => name.endsWith(".c"));
    await Promise.all(
      sources.map((name) => {
        const output = programs.path(basename(name, ".c"));
        return promisify(execFile)("gcc", ["-std=gnu11", "-O2", "-o", output, busFile(`c/${name}`), "-lzmq"]);
      }),
    );
    return programs;
  }

  path(program: string): string {
    return join(this.#folder, program);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
