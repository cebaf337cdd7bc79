import type { ExitCode } from "../errors.ts";
import { printableJson } from "../log/format.ts";
import { askInstance, PEERS_PATH, registerOf } from "./bus_install.ts";
import type { BusPeersOptions } from "./bus_peer.ts";
import type { CommandContext } from "./command.ts";
import { formatTable, type Paint, printable } from "./terminal.ts";

type PeersDocument = Awaited<ReturnType<Awaited<ReturnType<typeof registerOf>>["document"]>>;

/** Shows who may do what; what they did if an instance runs. @throws MANIFEST_*, RUNTIME_KEY_*, CLI_REFUSED */
export async function list(options: BusPeersOptions, { output }: CommandContext): Promise<ExitCode> {
  const told = (await askInstance(options, "get", PEERS_PATH)) as PeersDocument | undefined;
  const document = told ?? (await (await registerOf(options)).document());
  const running = told !== undefined;
  output.line(options.json ? printableJson({ running, ...document }, 2) : peersText(document, running, output.paint));
  return 0;
}

function peersText({ curve_public_key: key, peers, ignored }: PeersDocument, running: boolean, paint: Paint): string {
  const rows = peers.map((peer) => {
    const rights = [patternsText(peer.publish), patternsText(peer.subscribe)];
    const counters = [peer.connections, peer.in, peer.out, peer.dropped, peer.refused].map(String);
    return [peer.name, peer.kind, peer.has_key ? "yes" : "no", ...rights, ...(running ? counters : [])];
  });
  const head = ["PEER", "KIND", "KEY", "MAY PUBLISH", "MAY SUBSCRIBE"];
  const counted = running ? [">CONNECTIONS", ">IN", ">OUT", ">DROPPED", ">REFUSED"] : [];
  const lines = [formatTable([...head, ...counted], rows, paint), "", `The broker's public key: ${key ?? "none"}`];
  for (const { file, reason } of ignored) lines.push(printable(`bus_peers/${file} counts for nothing: ${reason}.`));
  if (!running) lines.push("No instance answers: this is what holds at the next start.");
  return lines.join("\n");
}

function patternsText(patterns: readonly string[]): string {
  return patterns.length === 0 ? "-" : patterns.join(" ");
}
