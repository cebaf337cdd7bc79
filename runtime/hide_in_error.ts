import { BackplaneError } from "./errors.ts";
import { hideSecrets, orderSecrets } from "./log/secrets.ts";

/**
 * The error as it may be shown: a plugin may have put an interpolated secret into what it threw. The same error where
 * there is nothing to hide.
 */
export function hideInError(error: BackplaneError, secrets: readonly string[]): BackplaneError {
  const ordered = orderSecrets(secrets);
  const { code, details, faults } = error;
  const message = hideSecrets(error.message, ordered);
  const remedy = hideSecrets(error.remedy, ordered);
  const cause = error.cause instanceof BackplaneError ? hideInError(error.cause, ordered) : error.cause;
  if (message === error.message && remedy === error.remedy && cause === error.cause) return error;
  return new BackplaneError(code, message, { remedy, details, faults, cause });
}
