import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { prepareDataDir } from "../../runtime/data_dir.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "backplane-data-"));
});
after(() => rm(folder, { recursive: true }));

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

for (const mask of [0o000, 0o022, 0o377]) {
  test(`prepareDataDir() creates the folder 0700 under umask ${mask.toString(8)}`, async () => {
    const path = join(folder, `created-${mask}`);
    const previous = process.umask(mask);
    try {
      await prepareDataDir(path);
    } finally {
      process.umask(previous);
    }
    assert.equal(await modeOf(path), 0o700);
  });
}

test("prepareDataDir() creates missing parents, closed to others too", async () => {
  await prepareDataDir(join(folder, "a", "b", "c"));
  assert.equal(await modeOf(join(folder, "a")), 0o700);
  assert.equal(await modeOf(join(folder, "a", "b", "c")), 0o700);
});

test("prepareDataDir() leaves a folder that is there as it is", async () => {
  const path = join(folder, "there");
  await mkdir(path, { mode: 0o700 });
  await writeFile(join(path, "kept"), "");
  await prepareDataDir(path);
  assert.deepEqual(await readdir(path), ["kept"]);
});

for (const mode of [0o755, 0o750, 0o770, 0o707, 0o701]) {
  test(`prepareDataDir() refuses mode ${mode.toString(8)} with the chmod that mends it`, async () => {
    const path = join(folder, "open");
    await mkdir(path, { recursive: true });
    await chmod(path, mode);
    const remedy = `Run: chmod 700 ${path}.`;
    await assert.rejects(prepareDataDir(path), { code: "RUNTIME_DATA_DIR", remedy });
    assert.equal(await modeOf(path), mode);
  });
}

test("prepareDataDir() refuses a path inside node_modules and creates nothing there", async () => {
  const path = join(folder, "project", "node_modules", "backplane", "data");
  await assert.rejects(prepareDataDir(path), { code: "RUNTIME_DATA_DIR", message: /inside node_modules/ });
  await assert.rejects(stat(join(folder, "project")), { code: "ENOENT" });
});

test("prepareDataDir() refuses a link that leads into node_modules", async () => {
  await mkdir(join(folder, "other", "node_modules"), { recursive: true });
  await symlink(join(folder, "other", "node_modules"), join(folder, "innocent"));
  const path = join(folder, "innocent", "data");
  await assert.rejects(prepareDataDir(path), { code: "RUNTIME_DATA_DIR", message: /inside node_modules/ });
});

test("prepareDataDir() accepts a folder whose name only begins like node_modules", async () => {
  await prepareDataDir(join(folder, "node_modules_data"));
});

test("prepareDataDir() refuses a file, and a path through one", async () => {
  await writeFile(join(folder, "file"), "");
  await assert.rejects(prepareDataDir(join(folder, "file")), { code: "RUNTIME_DATA_DIR", message: /not a folder/ });
  await assert.rejects(prepareDataDir(join(folder, "file", "data")), { code: "RUNTIME_DATA_DIR" });
});

test("prepareDataDir() refuses a link that leads nowhere", async () => {
  await symlink(join(folder, "nowhere", "at", "all"), join(folder, "dangling"));
  await assert.rejects(prepareDataDir(join(folder, "dangling")), { code: "RUNTIME_DATA_DIR" });
});

test("prepareDataDir() refuses a folder it cannot write", async (context) => {
  // Root can write everywhere but where the file system itself refuses.
  const path = process.getuid?.() === 0 ? "/proc/backplane" : join(folder, "locked", "data");
  if (path === "/proc/backplane" && process.platform !== "linux") return context.skip("needs /proc as root");
  if (path !== "/proc/backplane") await mkdir(join(folder, "locked"), { mode: 0o500 });
  await assert.rejects(prepareDataDir(path), { code: "RUNTIME_DATA_DIR" });
});
