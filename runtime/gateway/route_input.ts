import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { GatewayContext, GatewayVariables, Route } from "../contribution.ts";
import { isJson } from "./guards.ts";
import { problem } from "./problem.ts";

type Input = GatewayVariables["input"];

interface Issue {
  readonly in: "query" | "body";
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export const NO_INPUT: Input = Object.freeze({ query: undefined, body: undefined });

/**
 * Checks the query and the JSON body against the route's schema. A query parameter is a string, one given several
 * times an array of strings.
 * @returns what the schema made of them, or 400 with all issues, 415 for a body that is not JSON
 */
export async function readInput(schema: Route["schema"], context: GatewayContext): Promise<Input | Response> {
  if (schema === undefined) return NO_INPUT;
  const issues: Issue[] = [];
  const query = schema.query && (await validate(schema.query, readQuery(context), "query", issues));
  let body: unknown;
  if (schema.body !== undefined) {
    if (!isJson(context.req.raw)) return problem(415, "The body must be application/json.");
    const text = await context.req.text();
    try {
      body = JSON.parse(text);
    } catch {
      return problem(400, "The body is not valid JSON.");
    }
    body = await validate(schema.body, body, "body", issues);
  }
  if (issues.length === 0) return { query, body };
  return problem(400, "The request does not match the route's schema.", { extensions: { issues } });
}

function readQuery(context: GatewayContext): Record<string, string | string[]> {
  const query = Object.entries(context.req.queries()).map(([name, values]): [string, string | string[]] => {
    return [name, values.length === 1 ? (values[0] ?? "") : values];
  });
  return Object.fromEntries(query);
}

async function validate(schema: StandardSchemaV1, value: unknown, place: Issue["in"], issues: Issue[]) {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  for (const issue of result.issues) {
    issues.push({ in: place, path: (issue.path ?? []).map(segmentOf), message: issue.message });
  }
  return undefined;
}

function segmentOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string | number {
  const key = typeof segment === "object" ? segment.key : segment;
  return typeof key === "number" ? key : String(key);
}
