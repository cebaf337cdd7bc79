import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { BackplaneError } from "../../../runtime/errors.ts";
import { readManifest, type ReadManifestOptions } from "../../../runtime/manifest/read.ts";
import { limits } from "../../../runtime/manifest/limits.ts";
import { tempDir } from "../../temp_dir.ts";

type Options = Partial<Omit<ReadManifestOptions, "source">>;

const minimal = "core:\n  api_gateway:\n    plugins:\n      message_bus: { enabled: true }\n";

function readText(text: string, options: Options = {}) {
  return readManifest({ environment: {}, ...options, source: { text, baseDir: "/base" } });
}

async function refusal(reading: Promise<unknown>): Promise<BackplaneError> {
  const error: unknown = await reading.then(
    () => assert.fail("it was accepted"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BackplaneError, String(error));
  return error;
}

async function faultsOf(reading: Promise<unknown>): Promise<string[]> {
  const error = await refusal(reading);
  assert.equal(error.code, "MANIFEST_INVALID");
  return error.faults.map(({ code, path, position }) =>
    [code, position && `${position.file}:${position.line}:${position.column}`, path.join(".")]
      .filter(Boolean)
      .join(" "),
  );
}

async function write(context: TestContext, files: Record<string, string | Buffer>): Promise<string> {
  const folder = await tempDir(context);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

async function readFiles(context: TestContext, files: Record<string, string | Buffer>, options: Options = {}) {
  const folder = await write(context, files);
  return readManifest({ environment: {}, ...options, source: { file: join(folder, "core.yaml") } });
}

describe("readManifest() fills in", () => {
  test("every default of the smallest manifest", async () => {
    const { source, ...settings } = await readText(minimal);
    assert.deepEqual(settings, {
      system: {
        name: "backplane",
        environment: "development",
        dataDir: "/base/data",
        log: { level: "info", format: "pretty" },
        attribution: "auto",
      },
      gateway: { host: "127.0.0.1", port: 8771, allowedHosts: [], allowUnauthenticated: false, bind: {} },
      plugins: [
        {
          name: "message_bus",
          enabled: true,
          module: undefined,
          priority: undefined,
          dependsOn: [],
          critical: false,
          timeouts: { importMs: 10_000, initializeMs: 10_000, startMs: 15_000, stopMs: 5_000, healthMs: 2_000 },
          config: {},
        },
      ],
    });
    assert.deepEqual([source.baseDir, source.files], ["/base", []]);
  });

  test("an entry that is empty, and maps whose settings are all commented out", async () => {
    const manifest = await readText(
      "core:\n  system:\n  api_gateway:\n    plugins:\n      a:\n      b:\n        timeouts:\n        config:\n",
    );
    assert.deepEqual(
      manifest.plugins.map(({ name, enabled, config }) => [name, enabled, config]),
      [
        ["a", true, {}],
        ["b", true, {}],
      ],
    );
  });

  test("everything an entry may say", async () => {
    const { plugins, gateway, system } = await readText(`
core:
  system: { data_dir: ../x, attribution: stack, log: { level: debug, format: json } }
  api_gateway:
    host: 0.0.0.0
    port: 0
    allowed_hosts: [api.example.org]
    allow_unauthenticated: true
    bind: { message_bus: nats_bus }
    plugins:
      greeter:
        enabled: false
        module: ./greeter.ts
        priority: business
        depends_on: [message_bus]
        critical: true
        timeouts: { import_ms: 1, initialize_ms: 2, start_ms: 3, stop_ms: 4, health_ms: 5 }
        config: { greeting: hello }
      other: { priority: 7, module: "npm:x" }
`);
    assert.deepEqual(system.dataDir, "/x");
    assert.deepEqual(gateway, {
      host: "0.0.0.0",
      port: 0,
      allowedHosts: ["api.example.org"],
      allowUnauthenticated: true,
      bind: { message_bus: "nats_bus" },
    });
    assert.deepEqual(plugins[0], {
      name: "greeter",
      enabled: false,
      module: "./greeter.ts",
      priority: 40,
      dependsOn: ["message_bus"],
      critical: true,
      timeouts: { importMs: 1, initializeMs: 2, startMs: 3, stopMs: 4, healthMs: 5 },
      config: { greeting: "hello" },
    });
    assert.equal(plugins[1]?.priority, 7);
  });

  test("the same from an object as from a text", async () => {
    const object = { core: { api_gateway: { plugins: { message_bus: { enabled: true } } } } };
    const read = await readManifest({ environment: {}, source: { object, baseDir: "/base" } });
    assert.deepEqual(read.plugins, (await readText(minimal)).plugins);
    assert.equal(read.source.locate(["core"]), undefined);
  });
});

describe("readManifest() reports", () => {
  test("an unknown key at itself, naming the nearest known one", async () => {
    const error = await refusal(readText(`${minimal}  sytem: {}\n`));
    assert.equal(error.faults[0]?.code, "MANIFEST_UNKNOWN_KEY");
    assert.deepEqual(error.faults[0].position, { file: "<text>", line: 5, column: 3, text: "  sytem: {}" });
    assert.match(error.faults[0].message, /did you mean "system"\?/u);
  });

  test("an unknown key also when its value cannot be filled in", async () => {
    assert.deepEqual(await faultsOf(readText(`${minimal}  sytem: \${env:UNSET}\n`)), [
      "MANIFEST_UNKNOWN_KEY <text>:5:3 core.sytem",
      "MANIFEST_INTERPOLATION <text>:5:10 core.sytem",
    ]);
  });

  test("a missing key at its parent", async () => {
    assert.deepEqual(await faultsOf(readText("core:\n  api_gateway:\n    port: 1\n")), [
      "MANIFEST_MISSING_KEY <text>:2:3 core.api_gateway.plugins",
    ]);
    assert.deepEqual(await faultsOf(readText("{}")), ["MANIFEST_MISSING_KEY <text>:1:1 core"]);
  });

  test("all faults of a document at once, sorted by place", async () => {
    const text = `core:
  api_gateway:
    port: 99999
    hots: x
    host: \${env:UNSET}
    plugins:
      Upper: {}
      a: { priority: high, timeouts: { start_ms: 0 }, depends_on: message_bus }
      b: { module: /etc/x, enabled: yes }
      c: 5
`;
    assert.deepEqual(await faultsOf(readText(text)), [
      "MANIFEST_INVALID_VALUE <text>:3:5 core.api_gateway.port",
      "MANIFEST_UNKNOWN_KEY <text>:4:5 core.api_gateway.hots",
      "MANIFEST_INTERPOLATION <text>:5:11 core.api_gateway.host",
      "MANIFEST_INVALID_VALUE <text>:7:7 core.api_gateway.plugins.Upper",
      "MANIFEST_INVALID_VALUE <text>:8:12 core.api_gateway.plugins.a.priority",
      "MANIFEST_INVALID_VALUE <text>:8:40 core.api_gateway.plugins.a.timeouts.start_ms",
      "MANIFEST_INVALID_VALUE <text>:8:55 core.api_gateway.plugins.a.depends_on",
      "MANIFEST_INVALID_VALUE <text>:9:12 core.api_gateway.plugins.b.module",
      "MANIFEST_INVALID_VALUE <text>:9:28 core.api_gateway.plugins.b.enabled",
      "MANIFEST_INVALID_VALUE <text>:10:7 core.api_gateway.plugins.c",
    ]);
  });

  test("a priority that is neither band nor integer in its own words", async () => {
    for (const priority of ["high", "1001", "-1", "1.5", '"10"']) {
      const text = `core: { api_gateway: { plugins: { a: { priority: ${priority} } } } }`;
      const [fault] = (await refusal(readText(text))).faults;
      assert.match(fault?.message ?? "", /^must be a band \(infrastructure, .*\) or an integer from 0 to 1000; it is/u);
    }
  });

  test("a number in quotes with its own remedy, for nothing is coerced", async () => {
    const [fault] = (await refusal(readText(`core: { api_gateway: { port: "8771", plugins: {} } }`))).faults;
    assert.match(fault?.remedy ?? "", /Remove the quotes: .* string\.$/u);
  });

  test("an empty text with the remedy of any other text", async () => {
    const [fault] = (await refusal(readText(`core: { system: { data_dir: "" }, api_gateway: { plugins: {} } }`)))
      .faults;
    assert.equal(fault?.remedy, "Write a path.");
  });

  test("a quoted interpolation that should be a number with the way out of the brackets", async () => {
    const text = 'core: { api_gateway: { port: "${env:PORT}", plugins: {} } }';
    const [fault] = (await refusal(readText(text, { environment: { PORT: "8771" } }))).faults;
    assert.match(fault?.remedy ?? "", /write it on a line of its own/u);
  });

  test("a list where a map belongs, once", async () => {
    assert.deepEqual(await faultsOf(readText("- core\n")), ["MANIFEST_INVALID_VALUE <text>:1:1"]);
    assert.deepEqual(await faultsOf(readText("core:\n  api_gateway:\n    plugins: [a]\n")), [
      "MANIFEST_INVALID_VALUE <text>:3:5 core.api_gateway.plugins",
    ]);
  });

  test("the faults of the text of both files before it looks at what they say", async (context) => {
    const files = {
      "core.yaml": "core: &x\n  nonsense: 1\n  api_gateway: { plugins: {} }\n",
      "core.production.yaml": "core: 1\ncore: 2\n",
    };
    assert.deepEqual(await faultsOf(readFiles(context, files, { environmentName: "production" })), [
      "MANIFEST_DUPLICATE_KEY core.production.yaml:2:1",
      "MANIFEST_FORBIDDEN_FEATURE core.yaml:1:7",
    ]);
  });

  test("how many faults there are, and the file", async (context) => {
    const error = await refusal(readFiles(context, { "core.yaml": "core: { a: 1, b: 2 }\n" }));
    assert.match(error.message, /^Cannot use \/.*core\.yaml: 3 faults\.$/u);
    assert.equal(error.exitCode, 78);
  });
});

describe("readManifest() refuses", () => {
  test("a missing file with MANIFEST_NOT_FOUND", async () => {
    const reading = readManifest({ environment: {}, source: { file: "/nowhere/core.yaml" } });
    assert.equal((await refusal(reading)).code, "MANIFEST_NOT_FOUND");
  });

  test("a folder with MANIFEST_UNREADABLE", async (context) => {
    const folder = await tempDir(context);
    assert.equal(
      (await refusal(readManifest({ environment: {}, source: { file: folder } }))).code,
      "MANIFEST_UNREADABLE",
    );
  });

  test("a device with MANIFEST_UNREADABLE, instead of reading it for ever", async () => {
    const reading = readManifest({ environment: {}, source: { file: "/dev/zero" } });
    assert.equal((await refusal(reading)).code, "MANIFEST_UNREADABLE");
  });

  test("one byte over 4 MiB with MANIFEST_TOO_LARGE, as a file and as a text", async (context) => {
    const text = `# ${"x".repeat(limits.bytes - minimal.length - 3)}\n${minimal}`;
    assert.equal(text.length, limits.bytes);
    await readText(text);
    assert.deepEqual(await faultsOf(readText(`${text}\n`)), ["MANIFEST_TOO_LARGE"]);
    assert.deepEqual(await faultsOf(readFiles(context, { "core.yaml": `${text}\n` })), ["MANIFEST_TOO_LARGE"]);
  });

  test("invalid UTF-8 with its place", async (context) => {
    const bytes = Buffer.concat([Buffer.from("core:\n  a: ä"), Buffer.from([0xff]), Buffer.from("b\n")]);
    assert.deepEqual(await faultsOf(readFiles(context, { "core.yaml": bytes })), ["MANIFEST_NOT_UTF8 core.yaml:2:7"]);
    assert.deepEqual(await faultsOf(readText("core: \ud800\n")), ["MANIFEST_NOT_UTF8 <text>:1:7"]);
  });

  test("what is too deep, too many, forbidden, doubled, or no YAML", async () => {
    for (const [text, code] of [
      ["[".repeat(1000), "MANIFEST_TOO_DEEP"],
      [`[${",".repeat(limits.nodes + 1)}`, "MANIFEST_TOO_MANY_NODES"],
      ["a: &x [1]\nb: *x\n", "MANIFEST_FORBIDDEN_FEATURE"],
      ["a: 1\na: 1\n", "MANIFEST_DUPLICATE_KEY"],
      ["__proto__: {}\n", "MANIFEST_FORBIDDEN_KEY"],
      ["a: 'b\n", "MANIFEST_SYNTAX"],
    ] as const) {
      assert.equal((await refusal(readText(text))).faults[0]?.code, code);
    }
  });

  test("a bomb of aliases without expanding it", async () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`);
    const error = await refusal(readText(`a0: &a0 x\n${levels.join("\n")}\n`));
    assert.ok(error.faults.every(({ code }) => code === "MANIFEST_FORBIDDEN_FEATURE"));
  });

  test("an environment whose name would lead out of the folder", async () => {
    for (const environmentName of ["../x", "a/b", "", "a.b", "A"]) {
      assert.equal((await refusal(readText(minimal, { environmentName }))).code, "RUNTIME_OPTIONS_INVALID");
    }
    const reading = readText(`${minimal}  system: { environment: ../x }\n`);
    assert.deepEqual(await faultsOf(reading), ["MANIFEST_INVALID_VALUE <text>:5:13 core.system.environment"]);
  });
});

describe("readManifest() with an overlay", () => {
  test("merges core.<environment>.yaml of the base's own environment", async (context) => {
    const { plugins, gateway, source } = await readFiles(context, {
      "core.yaml": minimal,
      "core.development.yaml": "core: { api_gateway: { port: 1, plugins: { message_bus: null, other: {} } } }\n",
    });
    assert.deepEqual([plugins.map(({ name }) => name), gateway.port], [["other"], 1]);
    assert.deepEqual(
      source.files.map((file) => file.slice(file.lastIndexOf("/") + 1)),
      ["core.yaml", "core.development.yaml"],
    );
  });

  test("picks it by an interpolated name, by the option first", async (context) => {
    const files = {
      "core.yaml": `${minimal}  system: { environment: "\${env:STAGE}" }\n`,
      "core.one.yaml": "core: { api_gateway: { port: 1 } }\n",
      "core.two.yaml": "core: { api_gateway: { port: 2 } }\n",
    };
    const environment = { STAGE: "one" };
    const one = await readFiles(context, files, { environment });
    assert.deepEqual([one.gateway.port, one.system.environment], [1, "one"]);
    const two = await readFiles(context, files, { environment, environmentName: "two" });
    assert.deepEqual([two.gateway.port, two.system.environment], [2, "two"]);
  });

  test("names the file a fault came from, and keeps the base's where the overlay is silent", async (context) => {
    const files = {
      "core.yaml": "core:\n  api_gateway:\n    host: [1]\n    plugins: {}\n",
      "core.development.yaml": "core:\n  api_gateway:\n    port: x\n",
    };
    assert.deepEqual(await faultsOf(readFiles(context, files)), [
      "MANIFEST_INVALID_VALUE core.development.yaml:3:5 core.api_gateway.port",
      "MANIFEST_INVALID_VALUE core.yaml:3:5 core.api_gateway.host",
    ]);
  });

  test("refuses one that changes the environment, and one that is no map", async (context) => {
    const overlay = "core: { system: { environment: other } }\n";
    assert.deepEqual(await faultsOf(readFiles(context, { "core.yaml": minimal, "core.development.yaml": overlay })), [
      "MANIFEST_OVERLAY core.development.yaml:1:19 core.system.environment",
    ]);
    assert.deepEqual(await faultsOf(readFiles(context, { "core.yaml": minimal, "core.development.yaml": "- 1\n" })), [
      "MANIFEST_OVERLAY core.development.yaml:1:1",
    ]);
  });

  test("takes an empty one for none", async (context) => {
    const read = await readFiles(context, { "core.yaml": minimal, "core.development.yaml": "# nothing yet\n" });
    assert.equal(read.plugins.length, 1);
  });

  test("looks for none beside a text", async (context) => {
    const baseDir = await write(context, { "core.development.yaml": "nonsense: 1\n" });
    await readManifest({ environment: {}, source: { text: minimal, baseDir } });
  });
});

describe("readManifest() interpolates", () => {
  const withConfig = (lines: string) => `core:\n  api_gateway:\n    plugins:\n      a:\n        config:\n${lines}`;

  async function configOf(lines: string, environment: Record<string, string>): Promise<unknown> {
    return (await readText(withConfig(lines), { environment })).plugins[0]?.config;
  }

  test("an unquoted scalar as YAML would read it, a quoted one as a string", async () => {
    const lines = `          a: \${env:N}\n          b: "\${env:N}"\n          c: '\${env:N}'\n          d: \${env:B}\n          e: x\${env:N}\n`;
    assert.deepEqual(await configOf(lines, { N: "8080", B: "true" }), {
      a: 8080,
      b: "8080",
      c: "8080",
      d: true,
      e: "x8080",
    });
  });

  test("once: what comes in is not looked at again, and no structure comes in", async () => {
    const lines = "          a: ${env:A}\n          b: ${env:B}\n          c: ${env:C}\n";
    assert.deepEqual(await configOf(lines, { A: "${env:B}", B: "[1, 2]", C: "x: &y !z\n- 1" }), {
      a: "${env:B}",
      b: "[1, 2]",
      c: "x: &y !z\n- 1",
    });
  });

  test("defaults for variables that are unset or empty", async () => {
    const lines =
      "          a: ${env:A:-1}\n          b: ${env:B:-x y}\n          c: ${env:B}\n          d: ${env:A:-}\n";
    assert.deepEqual(await configOf(lines, { B: "" }), { a: 1, b: "x y", c: null, d: null });
  });

  test("not what every object inherits", async () => {
    const reading = readText(withConfig("          a: ${env:constructor}\n"), { environment: {} });
    assert.deepEqual(await faultsOf(reading), [
      "MANIFEST_INTERPOLATION <text>:6:14 core.api_gateway.plugins.a.config.a",
    ]);
  });

  test("no keys and no comments", async () => {
    assert.deepEqual(await configOf('          "${env:A}": 1 # ${env:B}\n', {}), { "${env:A}": 1 });
  });

  test("files, relative and absolute, less one final newline", async (context) => {
    const folder = await write(context, { one: "first\n\n", "two words": "42" });
    await symlink(join(folder, "one"), join(folder, "link"));
    const lines = `          a: \${file:./one}\n          b: \${file:${folder}/two words}\n          c: \${file:link}\n`;
    const text = withConfig(lines);
    const { plugins, source } = await readManifest({ environment: {}, source: { text, baseDir: folder } });
    assert.deepEqual(plugins[0]?.config, { a: "first\n", b: 42, c: "first\n" });
    assert.ok(source.secrets.includes("first\n") && source.secrets.includes("42"));
  });

  test("and refuses files that are missing, too large, no text or no file, all at once", async (context) => {
    const folder = await write(context, {
      large: "x".repeat(64 * 1024 + 1),
      largest: "x".repeat(64 * 1024),
      binary: Buffer.from([0xff]),
    });
    await mkdir(join(folder, "folder"));
    const names = ["missing", "large", "largest", "binary", "folder", "/dev/zero"];
    const text = withConfig(names.map((name, i) => `          k${i}: \${file:${name}}\n`).join(""));
    const error = await refusal(readManifest({ environment: {}, source: { text, baseDir: folder } }));
    assert.deepEqual(
      error.faults.map(({ code, message }) => `${code} ${message}`),
      [
        'MANIFEST_INTERPOLATION the file "missing" does not exist.',
        'MANIFEST_INTERPOLATION the file "large" is larger than 65536 bytes.',
        'MANIFEST_INTERPOLATION the file "binary" is not valid UTF-8.',
        'MANIFEST_INTERPOLATION the file "folder" is a folder.',
        'MANIFEST_INTERPOLATION the file "/dev/zero" is not a regular file.',
      ],
    );
  });

  test("strings of an object too, which stay strings", async () => {
    const object = { core: { api_gateway: { plugins: { a: { config: { b: "${env:N}" } } } } } };
    const read = await readManifest({ environment: { N: "1" }, source: { object, baseDir: "/" } });
    assert.deepEqual(read.plugins[0]?.config, { b: "1" });
  });
});
