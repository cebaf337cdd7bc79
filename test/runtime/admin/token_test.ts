import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { adminTokenPath, ensureAdminToken, isAuthorized, readAdminToken } from "../../../runtime/admin/token.ts";
import { LOCAL, testGateway } from "../gateway/test_gateway.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "backplane-token-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("ensureAdminToken() makes a token once, readable by its owner only, as the file shows it", async () => {
  const token = await ensureAdminToken(folder);
  assert.equal(await ensureAdminToken(folder), token);
  const path = adminTokenPath(folder);
  assert.equal((await readFile(path, "utf8")).trim(), token);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(await readAdminToken(folder), token);
});

test("ensureAdminToken() many at once agree on one token", async () => {
  const tokens = await Promise.all(Array.from({ length: 8 }, () => ensureAdminToken(folder)));
  assert.equal(new Set(tokens).size, 1);
});

test("ensureAdminToken() makes a new token after the file was deleted", async () => {
  const token = await ensureAdminToken(folder);
  await unlink(adminTokenPath(folder));
  assert.equal(await readAdminToken(folder), undefined);
  assert.notEqual(await ensureAdminToken(folder), token);
});

test("ensureAdminToken() refuses a file that others can read, with the chmod that mends it", async () => {
  await ensureAdminToken(folder);
  await chmod(adminTokenPath(folder), 0o644);
  await assert.rejects(ensureAdminToken(folder), (error: Error & { code?: string; remedy?: string }) => {
    assert.equal(error.code, "RUNTIME_KEY_EXPOSED");
    assert.match(error.remedy ?? "", /chmod 600 /);
    return true;
  });
});

test("ensureAdminToken() a file that holds no token says to delete it", async () => {
  await writeFile(adminTokenPath(folder), "password\n", { mode: 0o600 });
  await assert.rejects(ensureAdminToken(folder), (error: Error & { code?: string; remedy?: string }) => {
    assert.equal(error.code, "RUNTIME_KEY_INVALID");
    assert.match(error.remedy ?? "", /^Delete the file/);
    return true;
  });
});

const token = "0f".repeat(32);
for (const header of [`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token} `]) {
  test(`isAuthorized() takes ${JSON.stringify(header.replace(token, "<token>"))}`, () => {
    assert.ok(isAuthorized(header, token));
  });
}
for (const header of [
  undefined,
  "",
  "Bearer",
  "Bearer ",
  token,
  `Basic ${token}`,
  `Bearer ${token}0`,
  `Bearer ${token.slice(1)}`,
  `Bearer ${token}, Bearer ${token}`,
  `Bearer ${token.toUpperCase()}`,
]) {
  test(`isAuthorized() refuses ${JSON.stringify(header?.replaceAll(token, "<token>"))}`, () => {
    assert.ok(!isAuthorized(header, token));
  });
}

test("isAuthorized() nothing passes while there is no token", () => {
  assert.ok(!isAuthorized("Bearer undefined", undefined));
  assert.ok(!isAuthorized("Bearer ", ""));
});

test("without a token admin routes stay closed", async () => {
  const { gateway } = testGateway({ adminToken: () => undefined });
  const request = new Request("http://localhost/api/v1/admin/plugins", {
    headers: { authorization: "Bearer undefined" },
  });
  assert.equal((await gateway.fetch(request, LOCAL)).status, 401);
});
