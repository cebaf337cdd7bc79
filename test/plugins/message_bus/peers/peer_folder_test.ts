import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { PeerFolder } from "../../../../plugins/message_bus/peers/peer_folder.ts";
import { encodeZ85 } from "../../../../plugins/message_bus/zmtp/curve/z85.ts";
import { tempDir } from "../../../temp_dir.ts";

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

test("no folder is no keys", async (context) => {
  const { keys, ignored } = await new PeerFolder(await tempDir(context)).read();
  assert.deepEqual([keys.size, ignored], [0, []]);
});

test("a key that is added is found again, in a file for its owner alone", async (context) => {
  const folder = new PeerFolder(await tempDir(context));
  await folder.add("door", key(1));
  assert.deepEqual((await folder.read()).keys, new Map([["door", key(1)]]));
  assert.equal(await readFile(join(folder.path, "door.pub"), "utf8"), `${encodeZ85(key(1))}\n`);
  assert.equal((await stat(join(folder.path, "door.pub"))).mode & 0o777, 0o600);
  assert.equal((await stat(folder.path)).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(folder.path), ["door.pub"], "no draft is left");
});

test("a key is never written over another unless it replaces it", async (context) => {
  const folder = new PeerFolder(await tempDir(context));
  await folder.add("door", key(1));
  await assert.rejects(folder.add("door", key(2)), {
    code: "BUS_PEER_EXISTS",
    message: /"door": it has a key already/,
  });
  assert.deepEqual((await folder.read()).keys.get("door"), key(1));
  await folder.replace("door", key(2));
  assert.deepEqual((await folder.read()).keys.get("door"), key(2));
});

test("a key that is removed is gone, and one that is not there cannot be removed", async (context) => {
  const folder = new PeerFolder(await tempDir(context));
  await folder.add("door", key(1));
  await assert.rejects(folder.remove("window"), { code: "BUS_PEER_UNKNOWN", remedy: "Peers: door." });
  await folder.remove("door");
  assert.equal(await folder.has("door"), false);
  await assert.rejects(folder.remove("door"), { code: "BUS_PEER_UNKNOWN", remedy: /No peer has a key/ });
});

test("what is no key is passed over and told, and does not keep the others out", async (context) => {
  const folder = new PeerFolder(await tempDir(context));
  await folder.add("door", key(1));
  const put = (name: string, text: string) => writeFile(join(folder.path, name), text);
  await put("empty.pub", "");
  await put("long.pub", `${encodeZ85(key(2))}x`);
  await put("Not.pub", encodeZ85(key(3)));
  await put("twice.pub", encodeZ85(key(1)));
  await put("dos.pub", `${encodeZ85(key(4))}\r\n`);
  await put("readme.txt", "not for us");
  await mkdir(join(folder.path, "sub.pub"));
  await symlink(join(folder.path, "door.pub"), join(folder.path, "linked.pub"));
  const { keys, ignored } = await folder.read();
  assert.deepEqual([...keys.keys()], ["door", "dos"].toSorted());
  assert.deepEqual(ignored, [
    { file: "Not.pub", reason: "its name is no peer's" },
    { file: "empty.pub", reason: "it does not hold a key of 40 characters of Z85" },
    { file: "linked.pub", reason: "it is a symbolic link" },
    { file: "long.pub", reason: "it does not hold a key of 40 characters of Z85" },
    { file: "sub.pub", reason: "it is not a regular file" },
    { file: "twice.pub", reason: "it holds the key of door" },
  ]);
});

test("a folder that cannot be written is said so", async (context) => {
  const dataDir = await tempDir(context);
  await writeFile(join(dataDir, "bus_peers"), "");
  await assert.rejects(new PeerFolder(dataDir).add("door", key(1)), { code: "RUNTIME_DATA_DIR" });
});

test("a folder that is none, and a key that is no file, are refused in plain words", async (context) => {
  const dataDir = await tempDir(context);
  const folder = new PeerFolder(dataDir);
  // Not empty, for Deno's unlink() removes empty folders too.
  await mkdir(join(folder.path, "door.pub", "inner"), { recursive: true });
  await assert.rejects(folder.remove("door"), {
    code: "RUNTIME_DATA_DIR",
    message: /^Cannot remove the key of "door"/,
  });
  const other = new PeerFolder(join(dataDir, "other"));
  await mkdir(join(dataDir, "other"));
  await writeFile(other.path, "");
  await assert.rejects(other.read(), { code: "RUNTIME_DATA_DIR", message: /^Cannot read the keys in .*bus_peers: / });
});
