import * as v from "valibot";
import { nearestKey } from "./nearest_key.ts";

/** Messages complete the sentence "<path> ...": what it must be. What it is, the reader of the faults adds. */
export const mapMessage = "must be a map";

type Entries = v.ObjectEntries;

/** A map of known keys; any other key is a fault that names the nearest known one. */
export function section<const E extends Entries>(
  description: string,
  entries: E,
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<E, undefined>>> {
  const known = Object.keys(entries);
  const schema = v.objectWithRest(
    entries,
    v.never((issue) => unknownKeyMessage(String(issue.path?.at(-1)?.key), known)),
    mapMessage,
  );
  // The rest's type, never, would make every property of the output never.
  return v.pipe(schema, v.description(description)) as v.GenericSchema<
    unknown,
    v.InferOutput<v.ObjectSchema<E, undefined>>
  >;
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

function unknownKeyMessage(key: string, known: readonly string[]): string {
  const nearest = nearestKey(key, known);
  const suggestion = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return `is not a known key${suggestion} Known here: ${known.join(", ")}`;
}
