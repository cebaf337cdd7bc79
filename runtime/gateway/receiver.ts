import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { keepInstances } from "../host.ts";
import { GuardedResponse, guardResponse } from "./guarded_response.ts";
import { parseHost } from "./host_header.ts";
import type { RequestOrigin } from "./origin.ts";
import { problemText } from "./problem.ts";
import { securityHeaders } from "./security_headers.ts";
import { refuseTarget } from "./target.ts";
import { WireOrigin } from "./wire_origin.ts";

export type GatewayFetch = (request: Request, origin: RequestOrigin) => Response | Promise<Response>;
/** @param next told of what keeps the request from being answered, as Express has it; without it the response is destroyed */
export type Receiver = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  next?: (failure?: unknown) => void,
) => void;

type Forward = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> | undefined;

/** Takes what node:http has received to the gateway, and the gateway's answer back. */
export function receiver(fetch: GatewayFetch): Forward {
  const forward = adapt((request, environment) => {
    const [incoming, outgoing] = [environment.incoming as IncomingMessage, environment.outgoing as ServerResponse];
    const answer = fetch(request, new WireOrigin(incoming, outgoing));
    if (answer instanceof Promise) return answer.then((response) => announce(response, outgoing));
    return announce(answer, outgoing);
  });
  const headers = Object.entries(securityHeaders);
  const heads = new HeadGuard();
  return (incoming, outgoing) => {
    // Here and not in the app: so they stand on every answer, and the app's light responses stay light.
    if (!(outgoing instanceof GuardedResponse)) for (const [name, value] of headers) outgoing.setHeader(name, value);
    const refusal = heads.refuse(incoming);
    if (refusal === undefined) return forward(incoming, outgoing);
    refuse(outgoing, ...refusal);
    return undefined;
  };
}

/**
 * The adapter puts light classes of its own in the place of the global Request and Response, for the whole process. Told
 * not to, it takes three times as long for an answer. What `fetch()` brings must stay a Response to a host all the same.
 */
const adapt: typeof getRequestListener = (answer) => keepInstances(() => getRequestListener(answer));

/** Tells the response on the wire which answer it is about to send. */
function announce(response: Response, outgoing: ServerResponse): Response {
  if (outgoing instanceof GuardedResponse) outgoing.choose(response.status);
  else guardResponse(outgoing, response.status);
  return response;
}

const MAX_HEADERS = 100;

type Refusal = readonly [status: number, detail: string];

const ONE_HOST: Refusal = [400, "The request must have exactly one valid Host header."];
const TOO_MANY: Refusal = [431, `The request must not have more than ${MAX_HEADERS} headers.`];

/** Looks at what only the head as it came over the wire can tell: later two hosts are one and the target is rewritten. */
class HeadGuard {
  /** The last Host that is one: nearly every request has the same. */
  #knownHost: string | undefined;

  refuse({ rawHeaders, headers, url = "" }: IncomingMessage): Refusal | undefined {
    if (rawHeaders.length > MAX_HEADERS * 2) return TOO_MANY;
    let hosts = 0;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] ?? "";
      if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
    }
    if (hosts !== 1 || !this.#isHost(headers.host ?? "")) return ONE_HOST;
    const odd = refuseTarget(url);
    return odd === undefined ? undefined : [400, odd];
  }

  #isHost(text: string): boolean {
    if (text === this.#knownHost) return true;
    if (parseHost(text) === undefined) return false;
    this.#knownHost = text;
    return true;
  }
}

function refuse(outgoing: ServerResponse, status: number, detail: string): void {
  outgoing.writeHead(status, { "content-type": "application/problem+json", connection: "close" });
  outgoing.end(problemText(status, detail));
}
