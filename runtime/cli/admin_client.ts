import { type IncomingMessage, request } from "node:http";
import process from "node:process";
import { adminTokenPath, readAdminToken } from "../admin/token.ts";
import { BackplaneError, messageOf } from "../errors.ts";
import { errnoOf } from "../file_error.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { ManifestOptions } from "./command.ts";
import { readManifestOf } from "./manifest_options.ts";

const ADMIN_PREFIX = "/api/v1/admin";
/** Longer than the health checks of plugins may take by default. */
const ANSWER_MS = 15_000;
const TOKEN_VARIABLE = "BACKPLANE_ADMIN_TOKEN";

export interface AdminAnswer {
  readonly status: number;
  /** Parsed JSON. */
  readonly body: unknown;
}

type Method = "GET" | "POST";

interface Instance {
  readonly url: string;
  readonly token: string | undefined;
  /** Where the token was looked for, for the reader of an error. */
  readonly tokenPath: string;
}

/** The admin routes of the instance that runs a manifest. Asked directly, whatever proxies the shell names. */
export class AdminClient {
  readonly #instance: Instance;

  private constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** Does not connect yet. @throws MANIFEST_*, RUNTIME_KEY_*, CLI_UNREACHABLE when the manifest names no fixed port */
  static async of(options: ManifestOptions): Promise<AdminClient> {
    const { gateway, system } = await readManifestOf(options);
    const variable = process.env[TOKEN_VARIABLE];
    const token = variable === undefined || variable === "" ? await tokenOf(system.dataDir) : variable;
    return new AdminClient({ url: urlOf(gateway), token, tokenPath: adminTokenPath(system.dataDir) });
  }

  get url(): string {
    return this.#instance.url;
  }

  /**
   * @param path below `/api/v1/admin`
   * @throws CLI_UNREACHABLE when nothing answers, or something that is not Backplane
   */
  get(path: string): Promise<AdminAnswer> {
    return this.#ask("GET", path);
  }

  /** Changes something; without a body. @throws as `get()` */
  post(path: string): Promise<AdminAnswer> {
    return this.#ask("POST", path);
  }

  async #ask(method: Method, path: string): Promise<AdminAnswer> {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await this.#send(method, path, { accept: "application/json" }, signal);
    const status = response.statusCode ?? 0;
    try {
      return { status, body: JSON.parse(await textOf(response)) as unknown };
    } catch (error) {
      throw this.#unreachable(error instanceof SyntaxError ? "what answers there is not Backplane" : reasonOf(error));
    }
  }

  /**
   * A stream of Server-Sent Events, as bytes. Ends when the instance or the signal ends it.
   * @throws CLI_UNREACHABLE, CLI_REFUSED and what `refusal` makes of an answer that is no stream
   */
  async stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#send("GET", path, { accept: "text/event-stream" }, signal);
    const status = response.statusCode ?? 0;
    if (status === 200 && response.headers["content-type"]?.startsWith("text/event-stream") === true) return response;
    const text = await textOf(response);
    throw this.refusal({ status, body: parseLoosely(text) });
  }

  /** Why the instance did not do what it was asked for, from an answer other than 200. */
  refusal({ status, body }: AdminAnswer): BackplaneError {
    const { url, tokenPath } = this.#instance;
    const detail = memberOf(body, "detail");
    if (typeof detail !== "string") return this.#unreachable("what answers there is not Backplane");
    if (status === 401) {
      return new BackplaneError("CLI_REFUSED", `Cannot ask ${url}: it does not take the admin token.`, {
        remedy: `Set ${TOKEN_VARIABLE} to the token of that instance, or run this as the user who owns ${tokenPath}.`,
      });
    }
    const remedy =
      status === 404 ? "Enable the plugin in the manifest and restart." : "Look at the log of the instance.";
    return new BackplaneError("CLI_REFUSED", `Cannot get this from ${url}: ${detail}`, { remedy, details: { status } });
  }

  #send(
    method: Method,
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { url, token } = this.#instance;
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return new Promise((resolve, reject) => {
      const sent = request(`${url}${ADMIN_PREFIX}${path}`, {
        method,
        headers: { ...headers, ...authorization },
        signal,
      });
      sent.on("response", resolve);
      sent.on("error", (error) => reject(this.#unreachable(reasonOf(error))));
      sent.end();
    });
  }

  #unreachable(reason: string): BackplaneError {
    return new BackplaneError("CLI_UNREACHABLE", `Cannot reach an instance at ${this.url}: ${reason}.`, {
      remedy: "Start it with `backplane start`, or name the manifest that it was started with.",
      details: { url: this.url },
    });
  }
}

/** A token that this user may not read is none: the plain health of a loopback instance needs none. */
async function tokenOf(dataDir: string): Promise<string | undefined> {
  try {
    return await readAdminToken(dataDir);
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (errnoOf(cause) === "EACCES") return undefined;
    }
    throw error;
  }
}

/** Where to ask: an address that means every interface is asked through loopback. */
function urlOf({ host, port }: Manifest["gateway"]): string {
  if (port === 0) {
    throw new BackplaneError("CLI_UNREACHABLE", "Cannot reach the instance: its manifest says port 0, any free one.", {
      remedy: "Set core.api_gateway.port to a fixed port.",
    });
  }
  const bare = host.replace(/^\[|\]$/g, "");
  const name = bare === "0.0.0.0" ? "127.0.0.1" : bare === "::" ? "::1" : bare;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString("utf8");
}

function reasonOf(error: unknown): string {
  switch (errnoOf(error)) {
    case "ECONNREFUSED":
      return "nothing listens there";
    case "ABORT_ERR":
      return `it did not answer within ${ANSWER_MS / 1_000} s`;
    default:
      return messageOf(error);
  }
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
