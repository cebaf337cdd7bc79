import type { InValue, ResultSet, Value } from "@libsql/client";
import type { SqlParameter, SqlParameters, SqlResult, SqlRow, SqlValue } from "./contract.ts";

/** Parameters as the driver takes them: it would store every number as REAL, where no column type says otherwise. */
export function toDriver(args: SqlParameters): InValue[] | Record<string, InValue> {
  if (isPositional(args)) return args.map(parameter);
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, parameter(value)]));
}

/** A result in plain objects; the driver reads integers as bigint, so that none of them is an error. */
export function fromDriver(result: ResultSet): SqlResult {
  const { columns } = result;
  return {
    columns,
    rows: result.rows.map((row) => plainRow(columns, row)),
    rowsAffected: result.rowsAffected,
  };
}

function isPositional(args: SqlParameters): args is readonly SqlParameter[] {
  return Array.isArray(args);
}

function parameter(value: SqlParameter): InValue {
  if (typeof value === "string") return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return value;
}

function plainRow(columns: readonly string[], row: ArrayLike<Value>): SqlRow {
  return Object.fromEntries(columns.map((name, index) => [name, plainValue(row[index] ?? null)]));
}

function plainValue(value: Value): SqlValue {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value;
}
