import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { PeerFolder } from "../../../../plugins/message_bus/peers/peer_folder.ts";
import { type Install, PeerRegister } from "../../../../plugins/message_bus/peers/peer_register.ts";
import { tempDir } from "../../../temp_dir.ts";

const nowhere = async (): Promise<void> => undefined;

async function install(context: TestContext, given: Partial<Install> = {}) {
  const dataDir = await tempDir(context);
  const register = new PeerRegister({ dataDir, system: "house", plugins: ["greeter"], config: undefined, ...given });
  return { register, folder: new PeerFolder(dataDir) };
}

for (const name of ["greeter", "cli", "anonymous", "house", "Door", "a.b", "../x", "", "-a"]) {
  test(`"${name}" is no name for a program`, async (context) => {
    const { register } = await install(context);
    await assert.rejects(register.add(name, nowhere), { code: "BUS_PEER_INVALID" });
    await assert.rejects(register.rotate(name, nowhere), { code: "BUS_PEER_INVALID" });
  });
}

test("a key that counts for nothing can be removed, but nothing outside the folder", async (context) => {
  const { register, folder } = await install(context);
  await folder.add("greeter", new Uint8Array(32));
  await register.revoke("greeter");
  assert.equal(await folder.has("greeter"), false);
  await assert.rejects(register.revoke("../bus"), { code: "BUS_PEER_INVALID" });
});

test("a key that could not be kept does not count", async (context) => {
  const { register, folder } = await install(context);
  const full = (): Promise<never> => Promise.reject(new Error("disk full"));
  await assert.rejects(register.add("door", full), /disk full/);
  assert.equal(await folder.has("door"), false);
  await register.add("door", nowhere);
  const before = (await folder.read()).keys;
  await assert.rejects(register.rotate("door", full), /disk full/);
  assert.deepEqual((await folder.read()).keys, before);
});

test("no two keys are alike, nor a key and its secret", async (context) => {
  const { register } = await install(context);
  const first = await register.add("door", nowhere);
  const second = await register.rotate("door", nowhere);
  assert.equal(new Set([...Object.values(first), ...Object.values(second)]).size, 4);
});

test("the broker's public key stays the same", async (context) => {
  const { register } = await install(context);
  assert.equal(await register.serverKey(), await register.serverKey());
});

test("engine native knows no keys", async (context) => {
  await assert.rejects(install(context, { config: { engine: "native" } }), { code: "BUS_ENGINE_UNSUPPORTED" });
});
