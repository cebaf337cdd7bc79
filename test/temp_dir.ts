import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of the test's own, mode 0700, gone when the test has ended. */
export async function tempDir(context: { after(hook: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "backplane-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
