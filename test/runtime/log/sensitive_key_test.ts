import assert from "node:assert/strict";
import { test } from "node:test";
import { isSensitiveKey } from "../../../runtime/log/sensitive_key.ts";

const telling = "password dbPassword DB_PASSWORD dbpassword passwd user-pwd passphrase client_secret SECRETS token";
const more =
  "accessToken Set-Cookie cookies Authorization proxy_authorization apiKey api_key APIKEY x-api-key key keys";
const keys =
  "encryption_key databaseKey privateKey private_key_pem database_key_hex api_key_value jwt credentials psk otp dsn";
for (const name of `${telling} ${more} ${keys}`.split(" ")) {
  test(`isSensitiveKey() knows ${name}`, () => assert.equal(isSensitiveKey(name), true));
}

for (const name of "monkey keyboard public_key publicKey token_path keyFile token_count author user message".split(
  " ",
)) {
  test(`isSensitiveKey() lets ${name} pass`, () => assert.equal(isSensitiveKey(name), false));
}
