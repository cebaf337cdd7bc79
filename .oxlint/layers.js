/**
 * Which file may import which, as plain data. Paths are relative to the project, with `/`.
 * Imports go one way: a file may import its own layer and those before it.
 */
const layers = [
  { name: "schemas", files: ["schemas/", "runtime/errors.ts", "runtime/file_error.ts"] },
  {
    name: "contracts",
    files: kernel(
      "plugin plugin_contribution service_key contribution system_services logger clock state events graph host",
      "attribution version key_file data_dir source_place plugin_result plugin_failure",
    ),
  },
  {
    name: "values",
    files: ["runtime/manifest/", "runtime/plan/", "runtime/container.ts", "runtime/log/"],
  },
  {
    name: "lifecycle",
    files: ["runtime/loader/", "runtime/lifecycle/", "runtime/health.ts", "runtime/health_report.ts"],
  },
  // The CLI and the test kit are told apart before this row is reached; every file of runtime/ that no row names is here.
  { name: "runtime", files: ["runtime/"] },
  { name: "public API", files: ["mod.ts"] },
];
const CLI = "runtime/cli/";
/** The kit for plugin authors, a host like any other: it stands above the kernel, and nothing but tests imports it. */
const TESTING = /^runtime\/testing(?:\/|\.ts$)/;
/** All that the kit may import of plugins, besides contracts: the bus without sockets. */
const MEMORY_BUS = "plugins/message_bus/memory_bus.ts";
const PLUGIN = /^plugins\/([^/]+)\//;

/** @returns why `from` may not import `to`, or undefined when it may */
export function forbidden(from, to) {
  if (to.startsWith("test/") && !from.startsWith("test/")) return "only tests import tests";
  if (PLUGIN.test(from)) return forbiddenToPlugin(from, to);
  if (TESTING.test(from)) return forbiddenToTesting(to);
  if (TESTING.test(to) && layerOf(from) !== -1) return "only tests import the test kit";
  if (from.startsWith(CLI)) return forbiddenToCli(to);
  const own = layerOf(from);
  if (own === -1) return undefined;
  if (PLUGIN.test(to)) return "the kernel knows no plugin";
  if (to.startsWith(CLI)) return "only the command line imports itself";
  const other = layerOf(to);
  if (other <= own) return undefined;
  return `layer "${layers[own].name}" comes before layer "${layers[other].name}"`;
}

function forbiddenToPlugin(from, to) {
  const own = PLUGIN.exec(from)[0];
  const allowed = to === "mod.ts" || to.startsWith("schemas/") || to.startsWith(own) || isContract(to);
  return allowed
    ? undefined
    : "a plugin imports mod.ts, schemas/, its own folder and contract.ts of other plugins only";
}

function forbiddenToCli(to) {
  if (!PLUGIN.test(to) || isContract(to) || /^plugins\/[^/]+\/client\.ts$/.test(to)) return undefined;
  return "the command line imports contract.ts and client.ts of a plugin only";
}

function forbiddenToTesting(to) {
  if (to.startsWith(CLI)) return "only the command line imports itself";
  if (!PLUGIN.test(to) || isContract(to) || to === MEMORY_BUS) return undefined;
  return `the test kit imports contract.ts of a plugin and ${MEMORY_BUS} only`;
}

function kernel(...names) {
  return names
    .join(" ")
    .split(" ")
    .map((name) => `runtime/${name}.ts`);
}

function isContract(file) {
  return /^plugins\/[^/]+\/contract\.ts$/.test(file);
}

function layerOf(file) {
  return layers.findIndex(({ files }) =>
    files.some((entry) => (entry.endsWith("/") ? file.startsWith(entry) : file === entry)),
  );
}
