/** The code of an error of the system, such as `EADDRINUSE`; "unknown" where it has none. */
export function errorCodeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
