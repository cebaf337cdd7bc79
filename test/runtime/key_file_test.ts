import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createKeyFile, loadKeyFile } from "../../mod.ts";

const HEX = "00ff".repeat(16);
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "backplane-key-"));
});
after(() => rm(folder, { recursive: true }));

async function keyFile(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

test("loadKeyFile() answers undefined when there is no file", async () => {
  assert.equal(await loadKeyFile(join(folder, "none.key")), undefined);
});

test("loadKeyFile() reads 64 hexadecimal digits, with or without a newline", async () => {
  const expected = new Uint8Array(Buffer.from(HEX, "hex"));
  assert.deepEqual(await loadKeyFile(await keyFile("plain.key", HEX)), expected);
  assert.deepEqual(await loadKeyFile(await keyFile("newline.key", `${HEX.toUpperCase()}\n`)), expected);
});

for (const mode of [0o640, 0o620, 0o604, 0o601, 0o660, 0o666]) {
  test(`loadKeyFile() refuses mode ${mode.toString(8)} with the chmod that mends it`, async () => {
    const path = await keyFile("exposed.key", HEX, mode);
    await assert.rejects(loadKeyFile(path), (error: Error & { code?: string; remedy?: string }) => {
      assert.equal(error.code, "RUNTIME_KEY_EXPOSED");
      assert.ok(error.remedy?.startsWith(`Run: chmod 600 ${path}.`), error.remedy);
      assert.ok(!error.message.includes(HEX));
      return true;
    });
  });
}

test("the remedy quotes a path that a shell would split", async () => {
  const path = await keyFile("it's here.key", HEX, 0o644);
  await assert.rejects(loadKeyFile(path), (error: Error & { remedy?: string }) => {
    assert.ok(error.remedy?.includes(`chmod 600 '${folder}/it'\\''s here.key'.`), error.remedy);
    return true;
  });
});

const malformed = {
  empty: "",
  short: HEX.slice(2),
  long: `${HEX}00`,
  "not hex": `${HEX.slice(1)}g`,
  spaced: `${HEX}\n\n`,
};
for (const [name, text] of Object.entries(malformed)) {
  test(`loadKeyFile() refuses a malformed key: ${name}`, async () => {
    await assert.rejects(loadKeyFile(await keyFile("malformed.key", text)), { code: "RUNTIME_KEY_INVALID" });
  });
}

test("loadKeyFile() refuses a symbolic link, also one that leads nowhere", async () => {
  await symlink(await keyFile("target.key", HEX), join(folder, "link.key"));
  await symlink(join(folder, "nowhere"), join(folder, "dangling.key"));
  await assert.rejects(loadKeyFile(join(folder, "link.key")), { code: "RUNTIME_KEY_INVALID" });
  await assert.rejects(loadKeyFile(join(folder, "dangling.key")), { code: "RUNTIME_KEY_INVALID" });
});

test("loadKeyFile() refuses a folder", async () => {
  await mkdir(join(folder, "folder.key"), { mode: 0o700 });
  await assert.rejects(loadKeyFile(join(folder, "folder.key")), { code: "RUNTIME_KEY_INVALID" });
});

test("createKeyFile() writes what loadKeyFile() reads, a new key each time", async () => {
  const first = await createKeyFile(join(folder, "first.key"));
  const second = await createKeyFile(join(folder, "second.key"));
  assert.equal(first.length, 32);
  assert.deepEqual(await loadKeyFile(join(folder, "first.key")), first);
  assert.notDeepEqual(first, second);
  assert.match(await readFile(join(folder, "first.key"), "utf8"), /^[0-9a-f]{64}\n$/);
});

for (const mask of [0o000, 0o277]) {
  test(`createKeyFile() gives mode 0600 under umask ${mask.toString(8)}`, async () => {
    const path = join(folder, `umask-${mask}.key`);
    const previous = process.umask(mask);
    try {
      await createKeyFile(path);
    } finally {
      process.umask(previous);
    }
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });
}

test("createKeyFile() never overwrites and leaves no draft", async () => {
  const own = await mkdtemp(join(folder, "own-"));
  const path = join(own, "a.key");
  const key = await createKeyFile(path);
  await assert.rejects(createKeyFile(path), { code: "RUNTIME_KEY_INVALID" });
  assert.deepEqual(await loadKeyFile(path), key);
  assert.deepEqual(await readdir(own), ["a.key"]);
});

test("of many createKeyFile() at once one wins, and the file holds its key", async () => {
  const path = join(folder, "raced.key");
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => createKeyFile(path)));
  const won = outcomes.filter((outcome) => outcome.status === "fulfilled").map((outcome) => outcome.value);
  assert.equal(won.length, 1);
  assert.deepEqual(await loadKeyFile(path), won[0]);
});

test("createKeyFile() in a folder that is not there is a fault of the data folder", async () => {
  await assert.rejects(createKeyFile(join(folder, "no", "such", "a.key")), { code: "RUNTIME_DATA_DIR" });
});
