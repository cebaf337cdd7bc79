import type { GatewaySettings } from "../manifest/manifest.ts";
import { isAllowedHost, parseHost } from "./host_header.ts";
import { headerOf, type RequestOrigin } from "./origin.ts";
import { problem } from "./problem.ts";

/** The largest request body that is read, in bytes. */
export const BODY_LIMIT = 1_048_576;

const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i;

/** @returns 400 for what is not one host, 421 for one that this gateway does not answer for */
export function guardHost(host: string, bound: readonly string[], settings: GatewaySettings): Response | undefined {
  const parsed = parseHost(host);
  if (parsed === undefined) return problem(400, "The request must have exactly one valid Host header.");
  if (isAllowedHost(parsed, bound, settings)) return undefined;
  return problem(
    421,
    `This server does not answer for host "${parsed.name}". An operator can add it to allowed_hosts.`,
  );
}

/** Browsers say where a request comes from: under admin only this gateway's own pages may ask. */
export function guardOrigin(request: Request, origin: RequestOrigin, host: string): Response | undefined {
  const site = headerOf(request, origin, "sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return problem(403, "Admin routes do not answer pages of another site.");
  }
  const page = headerOf(request, origin, "origin");
  if (page === undefined || hostOfOrigin(page) === host.toLowerCase()) return undefined;
  return problem(403, "Admin routes do not answer pages of another origin.");
}

/** A form can send anything but JSON across sites without asking first. */
export function guardMediaType(request: Request, origin: RequestOrigin): Response | undefined {
  if (!hasBody(request, origin) || isJson(request)) return undefined;
  return problem(415, "A body must be application/json here.", { headers: { accept: "application/json" } });
}

export function isJson(request: Request): boolean {
  return JSON_TYPE.test(request.headers.get("content-type") ?? "");
}

export function hasBody(request: Request, origin: RequestOrigin): boolean {
  if (request.method === "GET" || request.method === "HEAD") return false;
  return origin.wire?.hasBody ?? request.body !== null;
}

/**
 * Holds a body to the limit. One of a stated length is trusted to the listener, which enforces the length; another is
 * read here, so that no plugin sees half a body.
 * @returns the request to go on with, or 413
 */
export async function limitBody(request: Request, origin: RequestOrigin): Promise<Request | Response> {
  const stated = headerOf(request, origin, "content-length");
  if (stated !== undefined && Number(stated) > BODY_LIMIT) return tooLarge();
  if (stated !== undefined && origin.wire !== undefined) return request;
  const body = await readBody(request).catch(() => problem(400, "The body ended early."));
  if (!Buffer.isBuffer(body)) return body;
  const { method, headers, signal } = request;
  return new Request(request.url, { method, headers, body: body as Uint8Array<ArrayBuffer>, signal });
}

async function readBody(request: Request): Promise<Buffer | Response> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.byteLength;
    if (size > BODY_LIMIT) {
      // Not awaited: the peer decides when it stops sending.
      reader.cancel().catch(() => undefined);
      return tooLarge();
    }
    chunks.push(next.value);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): Response {
  return problem(413, `The body is larger than ${BODY_LIMIT} bytes.`, { headers: { connection: "close" } });
}

function hostOfOrigin(page: string): string | undefined {
  const match = /^https?:\/\/([^/]+)$/i.exec(page);
  return match?.[1]?.toLowerCase();
}
