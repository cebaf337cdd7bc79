import { nearestKey } from "../schemas/nearest_key.ts";

/** What one option must be, where it is given. */
export interface OptionRule {
  readonly holds: (value: unknown) => boolean;
  /** Completes "<option> must be ...". */
  readonly must: string;
}

/** The rule of each option there is. */
export type OptionRules<Options> = Readonly<Record<keyof Options & string, OptionRule>>;

export const flag: OptionRule = { holds: (value) => typeof value === "boolean", must: "true or false" };
export const text: OptionRule = { holds: (value) => typeof value === "string", must: "a string" };
export const map: OptionRule = { holds: (value) => isObject(value) && !Array.isArray(value), must: "an object" };
export const callback: OptionRule = { holds: (value) => typeof value === "function", must: "a function" };
/** For what is checked elsewhere, with a better message. */
export const anything: OptionRule = { holds: () => true, must: "" };
export const clockLike: OptionRule = { holds: isClock, must: "an object with now(), monotonic() and setTimeout()" };
export const hostServices: OptionRule = {
  holds: isServices,
  must: "a list of hostService(key, value), with no value undefined",
};
export const milliseconds: OptionRule = {
  holds: (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
  must: "a number of milliseconds, 0 or more",
};

/**
 * What is wrong with the options, as a program in plain JavaScript may have written them: names that do not exist, and
 * values of another kind. An option that is undefined is not given.
 * @param within where the options stand in others, with a dot at its end: `phases.start.`
 */
export function wrongOptions(
  given: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, OptionRule>>,
  within = "",
): string[] {
  const names = Object.keys(rules);
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule !== undefined) return rule.holds(value) ? [] : [`${within}${name} must be ${rule.must}`];
    const nearest = nearestKey(name, names);
    return [`there is no option "${within}${name}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`];
  });
}

function isServices(value: unknown): boolean {
  return Array.isArray(value) && value.every(isService);
}

function isService(value: unknown): boolean {
  return isObject(value) && value["value"] !== undefined && isServiceKey(value["key"]);
}

/** Whether this is what `serviceKey()` makes. */
export function isServiceKey(value: unknown): boolean {
  return isObject(value) && typeof value["name"] === "string" && typeof value["version"] === "string";
}

function isClock(value: unknown): boolean {
  return isObject(value) && ["now", "monotonic", "setTimeout"].every((name) => typeof value[name] === "function");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
