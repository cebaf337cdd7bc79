/**
 * Spellings that runtimes, proxies and routers read differently: backslashes, empty and dot segments, escapes of
 * letters, digits, dots, slashes and control characters, malformed escapes, bytes outside printable ASCII. Nobody
 * needs them, and a guard that reads a path otherwise than the router guards nothing.
 */
const AMBIGUOUS =
  /\\|\/\/|\/(?:\.|%2e){1,2}(?:\/|$)|%(?![0-9a-f]{2})|%(?:[01][0-9a-f]|7f|2[ef]|5c|3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])|[^!-~]|#/i;

/**
 * Looks at a request target as it stands in the request line.
 * @returns why it is refused; undefined when it is an unambiguous path with an optional query
 */
export function refuseTarget(target: string): string | undefined {
  if (!target.startsWith("/")) return "The request target must be a path that begins with a slash.";
  if (AMBIGUOUS.test(pathOf(target)))
    return "The path is ambiguous: write it without needless escapes and dot segments.";
  return target.includes("#") ? "The request target must not hold a fragment." : undefined;
}

/** The path of a request target. */
export function pathOf(target: string): string {
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}

/** The target of an absolute http URL: its path and query as they are spelled. */
export function targetOf(url: string): string {
  const path = url.indexOf("/", url.indexOf("://") + 3);
  return path < 0 ? "/" : url.slice(path);
}
