import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blocksOf } from "../docs/code_blocks.ts";
import { install } from "../docs/installed.ts";
import { Machine } from "../docs/machine.ts";
import { testPage } from "../docs/page.ts";
import { freePort } from "../system/command_line.ts";

const machine = await Machine.make();
const example = fileURLToPath(new URL("../../config/examples/greeter.ts", import.meta.url));
const NGINX = "nginx -p /etc/backplane -c nginx.conf -e error.log";
/** Where nginx may write as any user. */
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
  .map((name) => `${name}_temp_path ${name};`)
  .join(" ");
const HOST = "api.example.org";

const CERTIFICATE = `/etc/backplane/${HOST}.pem`;
const KEY = CERTIFICATE.replace(/pem$/, "key");

/** Runs the page's proxy, with a certificate of its own, and Backplane with the page's manifest for it. @returns its port */
async function serve(proxy: string): Promise<number> {
  const port = await freePort();
  const settings = `pid nginx.pid; error_log error.log; events {} http { access_log off; ${TEMPORARY}
    ${proxy.replace("listen 443", `listen 127.0.0.1:${port}`).replaceAll("/etc/ssl", "/etc/backplane")} }`;
  machine.write("/etc/backplane/nginx.conf", settings);
  await machine.succeed(
    `openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=${HOST} -addext subjectAltName=DNS:${HOST} -out ${CERTIFICATE} -keyout ${KEY}`,
  );
  await machine.succeed(NGINX);
  machine.atEnd(() => machine.run(`${NGINX} -s stop`));
  install(machine, ["valibot"]);
  cpSync(example, machine.path("/opt/backplane/greeter.ts"));
  machine.write(
    "/opt/backplane/core.yaml",
    "core: { api_gateway: { port: 8771, plugins: { greeter: { module: ./greeter.ts } } } }",
  );
  const allowed = blocksOf("docs/operators.md").find(({ text }) => text.includes("allowed_hosts"))!;
  machine.write("/opt/backplane/core.development.yaml", allowed.text);
  await machine.openTerminal("npx backplane start", /Start has settled/);
  return port;
}

testPage(
  "docs/operators.md",
  [
    {
      language: "ini",
      starts: "[Unit]",
      run: ({ text }) => {
        mkdirSync(machine.path("/opt/backplane/docs"), { recursive: true });
        // Node is where it is here; the user that the unit names is made by the commands after it.
        machine.write("/etc/backplane/backplane.service", text.replace("/usr/bin/node", process.execPath));
        const verify = [
          "verify",
          "--man=no",
          "--recursive-errors=no",
          machine.path("/etc/backplane/backplane.service"),
        ];
        const { status, stdout, stderr } = spawnSync("systemd-analyze", verify, { encoding: "utf8" });
        assert.deepEqual({ status, output: stdout + stderr }, { status: 0, output: "" });
      },
    },
    {
      language: "nginx",
      starts: "server {",
      run: async ({ text }) => {
        const port = await serve(text);
        const ask = async (path: string): Promise<string> =>
          await machine.succeed(
            `curl -s --cacert ${CERTIFICATE} --resolve ${HOST}:${port}:127.0.0.1 -w '%{http_code}' https://${HOST}:${port}${path}`,
          );
        assert.equal(await ask("/api/v1/greetings/world"), '{"greeting":"Hello, world!"}200');
        assert.match(await ask("/api/v1/admin/health"), /nginx[^]*404$/);
        await machine.succeed("curl -sf http://127.0.0.1:8771/api/v1/admin/health");
      },
    },
  ],
  { only: ["ini", "nginx"] },
);
