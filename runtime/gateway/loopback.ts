import { isIPv4, isIPv6 } from "node:net";
import { BackplaneError } from "../errors.ts";
import type { GatewaySettings } from "../manifest/manifest.ts";

const MAPPED = "::ffff:";
/** 127.0.0.0/8 as the URL parser writes it; `::ffff:7f0:1` is 7.240.0.1. */
const MAPPED_LOOPBACK = /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/;

/** Whether an IP address, with or without brackets and zone, is in 127.0.0.0/8 or ::1, or is a mapped form of these. */
export function isLoopbackAddress(address: string): boolean {
  // Asked for nearly every request.
  if (address === "127.0.0.1") return true;
  const bare = address.replace(/^\[|\]$|%.*$/g, "").toLowerCase();
  const mapped = bare.startsWith(MAPPED) ? bare.slice(MAPPED.length) : bare;
  if (isIPv4(mapped)) return mapped.startsWith("127.");
  if (!isIPv6(bare)) return false;
  // The URL parser writes every spelling of an IPv6 address in the one canonical form.
  const canonical = new URL(`http://[${bare}]`).hostname;
  return canonical === "[::1]" || MAPPED_LOOPBACK.test(canonical);
}

/** Whether a host, as in a URL or a setting, is this machine only. Names other than `localhost` are not looked up. */
export function isLoopbackHost(host: string): boolean {
  return host.toLowerCase().replace(/\.$/, "") === "localhost" || isLoopbackAddress(host);
}

/**
 * Whether the listener may open: a non-loopback one needs a security plugin in front of it.
 * @param runningSecurity names of the security plugins that run
 * @returns GATEWAY_UNAUTHENTICATED when it may not
 */
export function mayListen(
  settings: Pick<GatewaySettings, "host" | "allowUnauthenticated">,
  runningSecurity: readonly string[],
): BackplaneError | undefined {
  if (isLoopbackHost(settings.host) || settings.allowUnauthenticated || runningSecurity.length > 0) return undefined;
  return new BackplaneError(
    "GATEWAY_UNAUTHENTICATED",
    `Cannot listen on ${settings.host}: it can be reached from other machines and no security plugin runs.`,
    {
      remedy:
        "Enable a security plugin, listen on 127.0.0.1, or set core.api_gateway.allow_unauthenticated: true if anyone " +
        "who reaches this address may call everything.",
      details: { host: settings.host },
    },
  );
}
