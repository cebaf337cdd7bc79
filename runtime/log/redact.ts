import { messageOf } from "../errors.ts";
import type { LogFields } from "../logger.ts";
import { HIDDEN, hideInlineSecrets, hideSecrets } from "./secrets.ts";
import { isSensitiveKey } from "./sensitive_key.ts";

const MAX_DEPTH = 6;
/** Of one object or array. */
const MAX_ENTRIES = 100;
/** Of one record, so that a wide and deep value cannot stall the process. */
const MAX_NODES = 1_000;
const MAX_TEXT = 8_192;

/**
 * Turns fields into plain JSON data that is safe to keep and to send: secrets hidden by key name and by value, depth
 * and size bounded, everything JSON cannot carry made readable. Never throws, whatever the value's getters do.
 * @param secrets texts to hide wherever they occur, longest first (see orderSecrets)
 */
export function redactFields(fields: LogFields, secrets: readonly string[]): LogFields {
  const redacted = new Redactor(secrets).value(fields, 0);
  return typeof redacted === "object" && redacted !== null ? (redacted as LogFields) : { value: redacted };
}

/** Hides secrets in a text, then cuts it to 8,192 characters: in this order, so that no half of a secret is left. */
export function redactText(text: string, secrets: readonly string[]): string {
  const scrubbed = hideSecrets(hideInlineSecrets(text), secrets);
  if (scrubbed.length <= MAX_TEXT) return scrubbed;
  return `${scrubbed.slice(0, MAX_TEXT)}... (${scrubbed.length - MAX_TEXT} more characters)`;
}

/** One walk through one record's fields. */
class Redactor {
  readonly #secrets: readonly string[];
  readonly #ancestors = new Set<object>();
  #nodes = 0;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  value(value: unknown, depth: number): unknown {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) return "[too large]";
    if (typeof value === "object" && value !== null) return this.#object(value, depth);
    if (typeof value === "boolean" || value === null || value === undefined) return value;
    if (typeof value === "number" && Number.isFinite(value)) {
      return this.#secrets.includes(String(value)) ? HIDDEN : value;
    }
    if (typeof value === "function") return "[function]";
    return redactText(messageOf(value), this.#secrets);
  }

  #object(value: object, depth: number): unknown {
    if (this.#ancestors.has(value)) return "[circular]";
    if (depth > MAX_DEPTH) return "[too deep]";
    this.#ancestors.add(value);
    try {
      return this.#content(value, depth);
    } catch (error) {
      return redactText(`[unreadable: ${messageOf(error)}]`, this.#secrets);
    } finally {
      this.#ancestors.delete(value);
    }
  }

  #content(value: object, depth: number): unknown {
    if (value instanceof Error) return this.#entries(errorEntries(value), depth);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
    if (value instanceof URL) return redactText(value.href, this.#secrets);
    if (Array.isArray(value)) return this.#list(value, value.length, depth);
    if (value instanceof Set) return this.#list(value, value.size, depth);
    if (value instanceof Map) return this.#entries(mapEntries(value), depth);
    return this.#entries(ownEntries(value), depth);
  }

  #list(items: Iterable<unknown>, length: number, depth: number): unknown[] {
    const list: unknown[] = [];
    for (const item of items) {
      if (list.length === MAX_ENTRIES) return [...list, `[${length - MAX_ENTRIES} more]`];
      list.push(this.value(item, depth + 1) ?? null);
    }
    return list;
  }

  #entries(entries: Iterable<readonly [string, unknown]>, depth: number): Record<string, unknown> {
    const kept: [string, unknown][] = [];
    for (const [key, value] of entries) {
      if (value === undefined) continue;
      if (kept.length === MAX_ENTRIES) {
        kept.push(["...", "[more]"]);
        break;
      }
      // True or false says whether there is a secret, never which.
      const hide = isSensitiveKey(key) && typeof value !== "boolean" && value !== null;
      kept.push([redactText(key, this.#secrets), hide ? HIDDEN : this.value(value, depth + 1)]);
    }
    // fromEntries() defines properties, so a key `__proto__` is an ordinary one.
    return Object.fromEntries(kept);
  }
}

function* errorEntries(error: Error): Generator<readonly [string, unknown]> {
  yield ["name", error.name];
  yield ["message", error.message];
  if ("code" in error) yield ["code", error.code];
  yield ["stack", error.stack];
  yield ["cause", error.cause];
}

function* mapEntries(map: ReadonlyMap<unknown, unknown>): Generator<readonly [string, unknown]> {
  for (const [key, value] of map) yield [typeof key === "string" ? key : messageOf(key), value];
}

function* ownEntries(value: object): Generator<readonly [string, unknown]> {
  for (const key of Object.keys(value)) yield [key, (value as Readonly<Record<string, unknown>>)[key]];
}
