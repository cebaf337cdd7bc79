import type { PriorityBand } from "../../../schemas/priority_band.ts";
import { camelCase, extensionOf, pascalCase, type PluginSpec, titleOf, typesFor } from "./plugin_spec.ts";

/** What one band's plugin is made of. Lines of members are indented by their place in the class. */
interface Band {
  readonly base: string;
  readonly about: string;
  /** Of `backplane`, besides the base class. */
  readonly values?: readonly string[];
  readonly types?: readonly string[];
  readonly imports?: readonly string[];
  readonly metadata?: readonly string[];
  /** What `start()` does. */
  readonly start?: readonly string[];
  readonly fields?: readonly string[];
  readonly members?: readonly string[];
  /** What stands below the class. */
  readonly below?: readonly string[];
}

type MakeBand = (spec: PluginSpec, ts: (text: string) => string) => Band;

const bands: Readonly<Record<PriorityBand, MakeBand>> = {
  infrastructure: () => ({ base: "InfrastructurePlugin", about: "What other plugins stand on." }),
  security: (_, ts) => ({
    base: "SecurityPlugin",
    about: "Every request passes here before the routes. While this plugin does not run, nothing passes.",
    types: ["GatewayContext", "Principal"],
    members: [
      `${ts("override ")}async handle(context${ts(": GatewayContext")}, next${ts(": () => Promise<void>")})${ts(": Promise<Response | void>")} {`,
      `  const principal = identify(context.req.header("authorization"));`,
      `  if (principal === undefined) return context.json({ title: "Unauthorized", status: 401 }, 401, PROBLEM);`,
      `  context.set("principal", principal);`,
      `  await next();`,
      `}`,
    ],
    below: [
      "",
      `const PROBLEM = { "content-type": "application/problem+json" };`,
      "",
      "/** Nobody passes until you say here who does. */",
      `function identify(_authorization${ts(": string | undefined")})${ts(": Principal | undefined")} {`,
      "  return undefined;",
      "}",
    ],
  }),
  middleware: ({ name }, ts) => ({
    base: "MiddlewarePlugin",
    about: "Every request passes here, after security and before the routes.",
    types: ["GatewayContext"],
    members: [
      `${ts("override ")}async handle(context${ts(": GatewayContext")}, next${ts(": () => Promise<void>")})${ts(": Promise<void>")} {`,
      `  context.header("x-${name.replaceAll("_", "-")}", "passed");`,
      `  await next();`,
      `}`,
    ],
  }),
  business: ({ name }, ts) => ({
    base: "BusinessPlugin",
    about: `Answers \`GET /api/v1/${name}\`.`,
    types: ["Route"],
    members: [
      `${ts("override ")}routes()${ts(": readonly Route[]")} {`,
      `  return [`,
      `    {`,
      `      method: "GET",`,
      `      path: "/api/v1/${name}",`,
      `      access: "public",`,
      `      handler: (context) => context.json({ plugin: this.name }),`,
      `    },`,
      `  ];`,
      `}`,
    ],
  }),
  integration: ({ name }, ts) => ({
    base: "BusinessPlugin",
    about: `Listens to \`${name}.*\` on the bus, to hand it on to another system.`,
    values: ["PluginPriority"],
    types: ["HealthCheck"],
    imports: ['import { messageBus } from "backplane/plugins/message_bus";'],
    metadata: ["priority: PluginPriority.INTEGRATION,", "optional: [messageBus],"],
    fields: ["#heard = 0;"],
    start: [
      "const bus = this.optionalService(messageBus);",
      `await bus?.subscribe("${name}.*", (message) => {`,
      "  this.#heard += 1;",
      `  this.log.info("Heard a message.", { topic: message.topic });`,
      "});",
    ],
    members: [
      `${ts("override ")}healthCheck()${ts(": HealthCheck")} {`,
      `  return { status: "healthy", detail: { heard: this.#heard } };`,
      `}`,
    ],
  }),
};

/** The text of `plugin.ts`, or `plugin.mjs`. */
export function pluginTemplate(spec: PluginSpec): string {
  const ts = typesFor(spec);
  const band = bands[spec.band](spec, ts);
  const lines = [
    ...importLines(spec, band),
    "",
    `/** ${band.about} */`,
    `export default class ${pascalCase(spec.name)}Plugin extends ${band.base} {`,
    ...indent(metadataLines(spec, band, ts)),
    ...indent(band.fields ?? []),
    ...separated(startLines(spec, band, ts)),
    ...separated(band.members ?? []),
    "}",
    ...(band.below ?? []),
  ];
  return `${lines.join("\n")}\n`;
}

function importLines(
  { provides, language }: PluginSpec,
  { base, values = [], types = [], imports = [] }: Band,
): string[] {
  const typed = language === "typescript" ? [...types, "PluginMetadata"].map((name) => `type ${name}`) : [];
  const names = [base, ...values, ...typed].toSorted((a, b) => (bare(a) < bare(b) ? -1 : 1));
  const contract =
    provides === undefined ? [] : [`import { ${camelCase(provides)} } from "./contract.${extensionOf(language)}";`];
  return [`import { ${names.join(", ")} } from "backplane";`, ...imports, ...contract];
}

function metadataLines(
  { name, provides }: PluginSpec,
  { metadata = [] }: Band,
  ts: (text: string) => string,
): string[] {
  return [
    `static ${ts("override readonly ")}metadata${ts(": PluginMetadata")} = {`,
    `  name: "${titleOf(name)}",`,
    `  version: "0.1.0",`,
    `  description: "Say here what it is for",`,
    ...indent(metadata),
    ...(provides === undefined ? [] : [`  provides: [${camelCase(provides)}],`]),
    "};",
  ];
}

function startLines({ provides }: PluginSpec, { start = [] }: Band, ts: (text: string) => string): string[] {
  const provide =
    provides === undefined
      ? []
      : [`this.provideService(${camelCase(provides)}, { hello: (name) => \`Hello, \${name}!\` });`];
  const body = [...provide, ...start];
  if (body.length === 0) return [];
  const isAsync = body.some((line) => line.includes("await "));
  const head = isAsync ? `async start()${ts(": Promise<void>")} {` : `start()${ts(": void")} {`;
  return [ts("override ") + head, ...indent(body), "}"];
}

function separated(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", ...indent(lines)];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

function bare(name: string): string {
  return name.replace("type ", "").toLowerCase();
}
