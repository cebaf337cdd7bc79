import * as v from "valibot";
import { nearestKey } from "./nearest_key.ts";

// Messages complete the sentence "<path> ...": what it must be. What it is, whoever reports the fault adds.
const mapMessage = "must be a map";

type Entries = v.ObjectEntries;

/**
 * A map of known keys. Any other key is a fault of the type `never`, whose message lists the known ones: see
 * `unknownKeyMessage`.
 */
export function section<const E extends Entries>(
  description: string,
  entries: E,
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<E, undefined>>> {
  const known = Object.keys(entries).join(", ");
  const schema = v.objectWithRest(entries, v.never(known), mapMessage);
  // The rest's type, never, would make every property of the output never.
  return map(description, schema as unknown as v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<E, undefined>>>);
}

/** A map of names the user chooses. */
export function mapOf<T>(
  description: string,
  key: v.GenericSchema<string, string>,
  value: v.GenericSchema<unknown, T>,
): v.GenericSchema<unknown, Record<string, T>> {
  return map(description, v.record(key, value, mapMessage) as v.GenericSchema<unknown, Record<string, T>>);
}

/** What to say of a key that a section does not have, from the list of those it has. */
export function unknownKeyMessage(key: string, known: string): string {
  const nearest = nearestKey(key, known.split(", "));
  return nearest === undefined
    ? `is not a known key; known here: ${known}`
    : `is not a known key; did you mean "${nearest}"? Known here: ${known}`;
}

/** Adds what editors show when the pointer rests on the key. */
export function described<S extends v.GenericSchema>(schema: S, description: string): S {
  return v.pipe(schema, v.description(description)) as unknown as S;
}

export function text(pattern: RegExp, rule: string) {
  const message = `must be ${rule}`;
  return v.pipe(v.string(message), v.regex(pattern, message));
}

export function integer(low: number, high: number, message = `must be an integer from ${low} to ${high}`) {
  return v.pipe(v.number(message), v.integer(message), v.minValue(low, message), v.maxValue(high, message));
}

export function flag() {
  return v.boolean("must be true or false");
}

export function choice<const C extends readonly string[]>(choices: C) {
  return v.picklist(choices, `must be one of ${choices.join(", ")}`);
}

export function list<S extends v.GenericSchema>(item: S) {
  return v.nullish(v.array(item, "must be a list"), []);
}

/** To valibot a list is an object too. */
function map<T>(description: string, schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T> {
  const isNoList = v.check((value: unknown) => !Array.isArray(value), mapMessage);
  return v.pipe(v.unknown(), isNoList, schema, v.description(description));
}
