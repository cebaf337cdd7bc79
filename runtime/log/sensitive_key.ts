/** Anywhere in a name, whatever its spelling: `dbPassword`, `DB_PASSWORD`, `dbpassword`. */
const TELLING =
  /passw(or)?d|passphrase|passcode|secret|token|authorization|cookie|credential|bearer|connectionstring|(api|access|private|master|session|signing|encryption|database|shared)key/;
/** A whole name, or its last word: `key`, `database_key`, but not `monkey`. */
const LAST_WORDS: ReadonlySet<string> = new Set([
  "key",
  "keys",
  "pwd",
  "pw",
  "pass",
  "jwt",
  "otp",
  "psk",
  "creds",
  "dsn",
]);
/** What such a name says about a secret without being one: `token_path`, `key_file`, `token_count`. */
const HARMLESS_LAST_WORDS: ReadonlySet<string> = new Set(["path", "file", "count"]);

/** Whether a field of this name holds a secret, by its name alone. */
export function isSensitiveKey(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  if (HARMLESS_LAST_WORDS.has(last)) return false;
  if (LAST_WORDS.has(last)) return words.at(-2) !== "public";
  return TELLING.test(words.join(""));
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "");
}
