import { BackplaneError } from "../errors.ts";

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const AGE = /^(\d{1,9})([smhdw])$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/**
 * A moment as RFC 3339 in UTC.
 * @param text RFC 3339, or how long ago: `30s`, `10m`, `2h`, `1d`, `1w`
 * @param now milliseconds since the Unix epoch
 * @throws CLI_USAGE
 */
export function toTimestamp(option: string, text: string, now: number): string {
  const [, count, unit] = AGE.exec(text) ?? [];
  const time = RFC3339.test(text) ? Date.parse(text) : now - Number(count) * (UNIT_MS[unit ?? ""] ?? Number.NaN);
  const date = new Date(time);
  if (!Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 0) return date.toISOString();
  throw new BackplaneError("CLI_USAGE", `Cannot understand ${option} ${text}: it is neither a time nor an age.`, {
    remedy: `Write ${option} 10m (also s, h, d, w) or ${option} 2026-01-31T12:00:00Z.`,
  });
}
