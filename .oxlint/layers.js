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
      "attribution version key_file data_dir",
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
  // The CLI is told apart before this row is reached; every file of runtime/ that no row names is here.
  { name: "runtime", files: ["runtime/"] },
  { name: "public API", files: ["mod.ts"] },
];
const CLI = "runtime/cli/";
const PLUGIN = /^plugins\/([^/]+)\//;

/** @returns why `from` may not import `to`, or undefined when it may */
export function forbidden(from, to) {
  if (to.startsWith("test/") && !from.startsWith("test/")) return "only tests import tests";
  if (PLUGIN.test(from)) return forbiddenToPlugin(from, to);
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
