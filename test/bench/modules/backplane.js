/** Backplane with a manifest that names every module. */
import { createRuntime } from "../../../dist/mod.js";

export async function load(folder, files) {
  const plugins = Object.fromEntries(files.map((file) => [file.slice(0, -".js".length), { module: `./${file}` }]));
  const runtime = createRuntime({
    baseDir: folder,
    manifestObject: { core: { system: { data_dir: "data" }, api_gateway: { plugins } } },
  });
  const results = await runtime.start();
  return results.filter(({ state }) => state === "running").length;
}
