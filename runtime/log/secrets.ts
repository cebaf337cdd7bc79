/** What stands in the place of a secret. */
export const HIDDEN = "[hidden]";

/** The password in a URL (RFC 3986, section 3.2.1): `postgres://user:password@host`. Bounded, so that it stays linear. */
const URL_PASSWORD = /(:\/\/[^\s/?#:@]{0,256}:)[^\s/?#@]{1,512}(?=@)/g;
/** What follows a scheme of the Authorization header and is no plain word: `Bearer eyJhbGci...` (RFC 9110, section 11.4). */
const CREDENTIALS =
  /\b((?:[Bb]earer|[Bb]asic|BEARER|BASIC) +)(?=[A-Za-z0-9._~+/-]{0,256}[A-Z0-9])[A-Za-z0-9._~+/-]{8,}=*/g;

/** The text without secrets that show by their form alone, whatever they are. */
export function hideInlineSecrets(text: string): string {
  return text.replace(URL_PASSWORD, `$1${HIDDEN}`).replace(CREDENTIALS, `$1${HIDDEN}`);
}

/** The text without these secrets. @param secrets longest first: see orderSecrets */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

/** Without empty ones, and a secret that contains another one before it. */
export function orderSecrets(secrets: Iterable<string>): readonly string[] {
  return [...new Set(secrets)].filter((secret) => secret !== "").toSorted((a, b) => b.length - a.length);
}
