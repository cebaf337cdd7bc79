import { camelCase, pascalCase, type PluginSpec } from "./plugin_spec.ts";

/** The text of `contract.ts`: all that other plugins import. */
export function contractTemplate({ language }: PluginSpec, service: string): string {
  const key = camelCase(service);
  const type = `${pascalCase(service)}Service`;
  return language === "typescript" ? typed(service, key, type) : plain(service, key, type);
}

function typed(service: string, key: string, type: string): string {
  return `import { serviceKey } from "backplane";

/** What other plugins may call. */
export interface ${type} {
  hello(name: string): string;
}

/** The version is that of this contract: a change that breaks its users raises the first number. */
export const ${key} = serviceKey<${type}>("${service}", "1.0.0");
`;
}

function plain(service: string, key: string, type: string): string {
  return `import { serviceKey } from "backplane";

/**
 * What other plugins may call.
 * @typedef {{ hello(name: string): string }} ${type}
 */

/**
 * The version is that of this contract: a change that breaks its users raises the first number.
 * @type {import("backplane").ServiceKey<${type}>}
 */
export const ${key} = serviceKey("${service}", "1.0.0");
`;
}
