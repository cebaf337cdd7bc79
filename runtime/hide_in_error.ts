import { BackplaneError, messageOf } from "./errors.ts";
import { redactText } from "./log/redact.ts";
import { orderSecrets } from "./log/secrets.ts";

/** A chain of causes that is longer, or runs in a circle, is cut off. */
const DEPTH = 8;

/**
 * The error as it may be shown: a plugin may have put an interpolated secret into what it threw, or a password into an
 * address. The same error where there is nothing to hide.
 */
export function hideInError(error: BackplaneError, secrets: readonly string[]): BackplaneError {
  return hideCoded(error, orderSecrets(secrets), 0);
}

function hideCoded(error: BackplaneError, secrets: readonly string[], depth: number): BackplaneError {
  const { code, details, faults } = error;
  const message = redactText(error.message, secrets);
  const remedy = redactText(error.remedy, secrets);
  const cause = hideThrown(error.cause, secrets, depth + 1);
  if (message === error.message && remedy === error.remedy && cause === error.cause) return error;
  return new BackplaneError(code, message, { remedy, details, faults, cause });
}

function hideThrown(thrown: unknown, secrets: readonly string[], depth: number): unknown {
  if (depth > DEPTH) return undefined;
  if (thrown instanceof BackplaneError) return hideCoded(thrown, secrets, depth);
  if (typeof thrown === "string") return redactText(thrown, secrets);
  try {
    return thrown instanceof Error ? hidePlain(thrown, secrets, depth) : thrown;
  } catch {
    return redactText(messageOf(thrown), secrets);
  }
}

/** Somebody else's error is not changed but copied: its own fields but the usual ones are left out. */
function hidePlain(error: Error & { code?: unknown; errors?: unknown }, secrets: readonly string[], depth: number) {
  const message = redactText(error.message, secrets);
  const stack = error.stack === undefined ? undefined : redactText(error.stack, secrets);
  const cause = hideThrown(error.cause, secrets, depth + 1);
  const first: unknown = Array.isArray(error.errors) ? error.errors[0] : undefined;
  const hiddenFirst = hideThrown(first, secrets, depth + 1);
  const unchanged = message === error.message && stack === error.stack;
  if (unchanged && cause === error.cause && hiddenFirst === first) return error;
  const copy = new Error(message, cause === undefined ? undefined : { cause });
  const { name, code } = error;
  return Object.assign(copy, {
    name,
    stack,
    ...(typeof code === "string" && { code }),
    ...(hiddenFirst !== undefined && { errors: [hiddenFirst] }),
  });
}
