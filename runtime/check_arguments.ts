import { BackplaneError } from "./errors.ts";
import type { Runtime } from "./handle.ts";
import { isServiceKey } from "./option_rule.ts";

// What a program in plain JavaScript can get wrong when it calls the handle, told by name before anything is done.

/** @throws RUNTIME_ARGUMENT_INVALID for Node's own request, a URL, another runtime's info object */
export function checkFetch(request: unknown, info: unknown): void {
  if (!isRequest(request)) {
    const remedy = "Give it a Request; for node:http's request and response mount nodeListener(runtime).";
    throw invalid("answer a request", "it is not a Request", remedy);
  }
  const { remoteAddress } = (info ?? {}) as { readonly remoteAddress?: unknown };
  if (remoteAddress !== undefined && typeof remoteAddress !== "string") {
    throw invalid("answer a request", "remoteAddress is not a string", "Give the peer's IP address, without its port.");
  }
}

/** Of this library's or another's making: only the first can be told without building its headers. */
function isRequest(value: unknown): boolean {
  if (value instanceof Request) return true;
  const { url, headers } = (value ?? {}) as { readonly url?: unknown; readonly headers?: { readonly get?: unknown } };
  return typeof url === "string" && typeof headers?.get === "function";
}

/** @throws RUNTIME_ARGUMENT_INVALID */
export function checkListener(listener: unknown): void {
  if (typeof listener === "function") return;
  throw invalid("add a listener", "it is not a function", "Give a function that takes one event.");
}

/** @throws RUNTIME_ARGUMENT_INVALID */
export function checkServiceKey(key: unknown): void {
  if (isServiceKey(key)) return;
  const remedy = "Give the key that the provider's contract exports, for example `messageBus`, not its name.";
  throw invalid("give a service", "that is not a service key", remedy);
}

/**
 * @param method the one that is needed of it
 * @throws RUNTIME_ARGUMENT_INVALID for what is not a runtime, such as its promise or its options
 */
export function checkRuntime(call: string, runtime: unknown, method: keyof Runtime): void {
  if (typeof (runtime as Partial<Runtime> | undefined)?.[method] === "function") return;
  throw invalid(call, "that is not a runtime", "Give what createRuntime() returned.");
}

/** @throws RUNTIME_ARGUMENT_INVALID, also for one runtime that is not in an array */
export function checkRuntimes(call: string, runtimes: unknown, method: keyof Runtime): void {
  if (!Array.isArray(runtimes)) throw invalid(call, "the runtimes are not an array", "Give an array of runtimes.");
  for (const runtime of runtimes as readonly unknown[]) checkRuntime(call, runtime, method);
}

function invalid(call: string, what: string, remedy: string): BackplaneError {
  return new BackplaneError("RUNTIME_ARGUMENT_INVALID", `Cannot ${call}: ${what}.`, { remedy });
}
