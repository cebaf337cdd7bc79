import type { RuntimeName } from "../host.ts";

/** What a user types next, in the words of the runtime that runs the command line. Paths come quoted for a shell. */
export interface NextCommands {
  readonly backplane: string;
  /** What TypeScript needs to be run, besides the runtime. */
  readonly loader: readonly string[];
  /** What checking types needs. */
  readonly checker: readonly string[];
  /** Undefined: TypeScript is ES modules there, whatever package.json says. */
  readonly makeModule: string | undefined;
  readonly add: (packages: readonly string[]) => string;
  readonly addForDevelopment: (packages: readonly string[]) => string;
  readonly test: (file: string) => string;
  /** @param tsconfig undefined: that of the working directory */
  readonly checkTypes: (plugin: string, tsconfig: string | undefined) => string;
}

/** @param stripsTypes whether it runs TypeScript as it is */
export function nextCommands(runtime: RuntimeName, stripsTypes: boolean): NextCommands {
  if (runtime === "bun") return bun;
  return runtime === "deno" ? deno : node(stripsTypes);
}

const tsc = (command: string, tsconfig: string | undefined): string =>
  tsconfig === undefined ? command : `${command} -p ${tsconfig}`;

function node(stripsTypes: boolean): NextCommands {
  return {
    backplane: "npx backplane",
    loader: stripsTypes ? [] : ["tsx"],
    checker: ["typescript", "@types/node"],
    makeModule: "npm pkg set type=module",
    add: (packages) => `npm install ${packages.join(" ")}`,
    addForDevelopment: (packages) => `npm install --save-dev ${packages.join(" ")}`,
    test: (file) => `node ${file.endsWith(".ts") && !stripsTypes ? "--import tsx " : ""}--test ${file}`,
    checkTypes: (_plugin, tsconfig) => tsc("npx tsc", tsconfig),
  };
}

const bun: NextCommands = {
  // Without --bun it would be run by Node.
  backplane: "bunx --bun backplane",
  loader: [],
  checker: ["typescript", "@types/node"],
  makeModule: "bun pm pkg set type=module",
  add: (packages) => `bun add ${packages.join(" ")}`,
  addForDevelopment: (packages) => `bun add --dev ${packages.join(" ")}`,
  test: (file) => `bun test ${file}`,
  checkTypes: (_plugin, tsconfig) => tsc("bunx tsc", tsconfig),
};

const deno: NextCommands = {
  backplane: "deno run -A npm:backplane",
  loader: [],
  checker: [],
  makeModule: undefined,
  add: (packages) => `deno add ${packages.map((name) => `npm:${name}`).join(" ")}`,
  addForDevelopment: (packages) => `deno add --dev ${packages.map((name) => `npm:${name}`).join(" ")}`,
  test: (file) => `deno test -A ${file}`,
  checkTypes: (plugin) => `deno check ${plugin}`,
};
