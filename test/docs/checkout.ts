import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Machine } from "./machine.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
/** What no commit holds. */
const LEFT_OUT = /^(?:node_modules|dist|\.dist-.*|data|coverage|\.git)$/;
/** An overlay with the pages' ports, which are other ones here, for manifests that leave them to their defaults. */
export const PORTS = `core:
  api_gateway:
    port: 8771
    plugins: { message_bus: { config: { publish_port: 5555, subscribe_port: 5556 } } }
`;
const overlays: Readonly<Record<string, string>> = {
  "config/core.development.yaml": PORTS,
  "config/examples/greeter.development.yaml": "core: { api_gateway: { port: 8771 } }\n",
};

/** Clones the project, as its files are now, into the machine's folder. */
export async function checkOut(machine: Machine): Promise<void> {
  const origin = machine.path("/var/lib/origin");
  await cp(project, origin, { recursive: true, filter: (path) => path === project || !LEFT_OUT.test(basename(path)) });
  await commit(machine, "fix(docs): say what is so");
  await machine.succeed(`git clone --quiet /var/lib/origin ${machine.folder}`);
  for (const [path, text] of Object.entries(overlays)) machine.write(join(machine.folder, path), text);
}

/** Commits what has changed in the repository that the machine's folder was cloned from. */
export async function commit(machine: Machine, subject: string): Promise<void> {
  const git = "git -c user.name=Reader -c user.email=reader@example.org";
  await machine.succeed(
    `cd /var/lib/origin && git init --quiet && git add -A && ${git} commit --quiet -m "${subject}"`,
  );
}
