/** What node:net listens at or connects to. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Reads an endpoint as ZeroMQ spells it: `tcp://127.0.0.1:5555`, `tcp://[::1]:5555`, `ipc:///run/bus.sock`.
 * Undefined when it is none.
 */
export function parseEndpoint(endpoint: string): Address | undefined {
  const path = /^ipc:\/\/(.+)$/s.exec(endpoint)?.[1];
  if (path !== undefined) return { path };
  const [, bracketed, plain, digits = ""] = /^tcp:\/\/(?:\[([^\]]+)\]|([^:/]+)):(\d{1,5})$/.exec(endpoint) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
