import type { GatewaySettings } from "../manifest/manifest.ts";
import { isLoopbackHost } from "./loopback.ts";

/** Name or address, then an optional port (RFC 9110, section 7.2); no user, no list, no escapes. */
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_](?:[a-z0-9_.-]{0,252}))(?::(\d{1,5}))?$/i;

export interface HostName {
  /** Lower-case, without a trailing dot; an IPv6 address without brackets. */
  readonly name: string;
  readonly port: number | undefined;
}

/** @returns undefined when the text is not one host */
export function parseHost(text: string): HostName | undefined {
  const match = HOST.exec(text);
  if (match?.[1] === undefined) return undefined;
  const port = match[2] === undefined ? undefined : Number(match[2]);
  if (port !== undefined && port > 65_535) return undefined;
  return { name: canonicalName(match[1]), port };
}

/**
 * Whether a request may name this host: a loopback one, the bound address, or one of `allowed_hosts`. The port must
 * match only where the setting names one, for a forwarded port is nothing unusual. This is what keeps a page whose
 * name was rebound to 127.0.0.1 from reading answers.
 */
export function isAllowedHost(host: HostName, bound: readonly string[], settings: GatewaySettings): boolean {
  if (isLoopbackHost(host.name)) return true;
  if (bound.some((name) => canonicalName(name) === host.name)) return true;
  return settings.allowedHosts.some((entry) => {
    const allowed = parseHost(entry) ?? { name: canonicalName(entry), port: undefined };
    return allowed.name === host.name && (allowed.port === undefined || allowed.port === host.port);
  });
}

function canonicalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}
