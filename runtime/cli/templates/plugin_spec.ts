import type { PriorityBand } from "../../../schemas/priority_band.ts";

/** What a new plugin shall be. */
export interface PluginSpec {
  /** Its key in the manifest. */
  readonly name: string;
  readonly band: PriorityBand;
  /** Name of the service it provides. */
  readonly provides: string | undefined;
  readonly language: Language;
}

export type Language = "typescript" | "javascript";

/** Of the files: `.mjs` is an ES module whatever the nearest package.json says. */
export function extensionOf(language: Language): string {
  return language === "typescript" ? "ts" : "mjs";
}

/** Answers its text for TypeScript, and nothing for JavaScript. */
export function typesFor({ language }: PluginSpec): (text: string) => string {
  return (text) => (language === "typescript" ? text : "");
}

/** `order_book` becomes `OrderBook`. */
export function pascalCase(name: string): string {
  return words(name)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join("");
}

/** `order_book` becomes `orderBook`. */
export function camelCase(name: string): string {
  const [first = "", ...others] = words(name);
  return first + others.map(pascalCase).join("");
}

/** `order_book` becomes `Order book`. */
export function titleOf(name: string): string {
  const title = words(name).join(" ");
  return title[0]!.toUpperCase() + title.slice(1);
}

function words(name: string): string[] {
  return name.split("_").filter((word) => word !== "");
}
