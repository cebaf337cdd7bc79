import type { PriorityBand } from "../../../schemas/priority_band.ts";
import { camelCase, extensionOf, pascalCase, type PluginSpec } from "./plugin_spec.ts";

/** What a band's test shows: its title and its lines, with `running` started. */
interface Trial {
  readonly title: string;
  readonly imports?: readonly string[];
  /** Of `testPlugin()`, besides the name. */
  readonly options?: string;
  readonly lines: readonly string[];
}

const trials: Readonly<Record<PriorityBand, (spec: PluginSpec) => readonly Trial[]>> = {
  infrastructure: () => [],
  security: () => [
    {
      title: "a stranger is refused",
      lines: [`const response = await running.fetch("/api/v1/anything");`, "assert.equal(response.status, 401);"],
    },
  ],
  middleware: ({ name }) => [
    {
      title: "a route's answer carries its header",
      options: `routes: [{ method: "GET", path: "/api/v1/anything", access: "public", handler: (context) => context.text("") }]`,
      lines: [
        `const response = await running.fetch("/api/v1/anything");`,
        `assert.equal(response.headers.get("x-${name.replaceAll("_", "-")}"), "passed");`,
      ],
    },
  ],
  business: ({ name }) => [
    {
      title: "its route answers",
      lines: [
        `const response = await running.fetch("/api/v1/${name}");`,
        `assert.deepEqual(await response.json(), { plugin: "${name}" });`,
      ],
    },
  ],
  integration: ({ name }) => [
    {
      title: "it hears what is published",
      imports: [`import { logEntry } from "backplane/plugins/message_bus";`],
      lines: [
        `await running.bus.publish("${name}.example", logEntry, {`,
        "  time: 0,",
        `  level: "info",`,
        `  subsystem: "test",`,
        `  module: "test",`,
        `  message: "Hello",`,
        "});",
        "await running.bus.flush();",
        "const { detail } = await running.health();",
        "assert.deepEqual(detail, { heard: 1 });",
      ],
    },
  ],
};

/** The text of `plugin_test.ts`: how the plugin's author sees that it works. */
export function testTemplate(spec: PluginSpec): string {
  const className = `${pascalCase(spec.name)}Plugin`;
  const all = [...trials[spec.band](spec), ...provided(spec)];
  const extension = extensionOf(spec.language);
  const imports = [
    `import assert from "node:assert/strict";`,
    `import { test } from "node:test";`,
    `import { testPlugin } from "backplane/testing";`,
    ...all.flatMap((trial) => trial.imports ?? []),
    `import ${className} from "./plugin.${extension}";`,
  ];
  const blocks = all.map(({ title, lines, options }) =>
    [
      "",
      `test("${title}", async (t) => {`,
      ...(options === undefined
        ? [`  const running = testPlugin(${className}, { name: "${spec.name}" });`]
        : [`  const running = testPlugin(${className}, {`, `    name: "${spec.name}",`, `    ${options},`, "  });"]),
      "  t.after(() => running.close());",
      "  await running.start();",
      ...lines.map((line) => `  ${line}`),
      "});",
    ].join("\n"),
  );
  return `${[...imports, ...blocks].join("\n")}\n`;
}

function provided({ provides, language }: PluginSpec): readonly Trial[] {
  if (provides === undefined) return [];
  const key = camelCase(provides);
  return [
    {
      title: "its service answers",
      imports: [`import { ${key} } from "./contract.${extensionOf(language)}";`],
      lines: [`assert.equal(running.service(${key}).hello("world"), "Hello, world!");`],
    },
  ];
}
