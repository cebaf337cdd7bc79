import type { Standing } from "../engine.ts";
import type { Peer } from "../peers/peer.ts";

/** The command by which a broker tells a client of ours what it may do: a JSON object in UTF-8. */
export const STANDING_COMMAND = "RIGHTS";
/** The property by which a client says that it understands it; its value is the same for all connections of one client. */
export const CLIENT_PROPERTY = "X-Backplane";

export function writeStanding({ name, rights }: Peer): Uint8Array {
  const { publish, subscribe } = rights;
  return new TextEncoder().encode(JSON.stringify({ peer: name, publish, subscribe } satisfies Standing));
}

/** Undefined for what is none. */
export function readStanding(data: Uint8Array): Standing | undefined {
  try {
    const { peer, publish, subscribe } = JSON.parse(new TextDecoder().decode(data)) as Partial<Standing>;
    if (typeof peer !== "string" || !isTextList(publish) || !isTextList(subscribe)) return undefined;
    return { peer, publish, subscribe };
  } catch {
    return undefined;
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
