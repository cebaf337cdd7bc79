/**
 * Backstage's kernel with the least services it wants. Independent ones are plugins; where plugins need others they are
 * modules of one plugin, for only those are ordered: a module that consumes an extension point comes before the one that
 * registers it.
 */
import { createSpecializedBackend } from "@backstage/backend-app-api";
import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  createServiceFactory,
} from "@backstage/backend-plugin-api";

const lifecycle = { startup: async () => {}, shutdown: async () => {}, beforeShutdown: async () => {} };
const logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };
const defaultServiceFactories = [
  [coreServices.rootLifecycle, lifecycle],
  [coreServices.lifecycle, lifecycle],
  [coreServices.rootLogger, logger],
  [coreServices.logger, logger],
].map(([service, value]) => createServiceFactory({ service, deps: {}, factory: () => value }));

export function prepare(graph) {
  let started = 0;
  const init = async () => void started++;
  const features = graph.some((needs) => needs.length > 0) ? asModules(graph, init) : asPlugins(graph, init);
  const boot = async () => {
    const backend = createSpecializedBackend({ defaultServiceFactories });
    for (const feature of features) backend.add(feature);
    await backend.start();
  };
  return { boot, check: () => started };
}

function asPlugins(graph, init) {
  return graph.map((_, index) =>
    createBackendPlugin({ pluginId: `plugin-${index}`, register: (env) => env.registerInit({ deps: {}, init }) }),
  );
}

function asModules(graph, init) {
  const points = graph.map((_, index) => createExtensionPoint({ id: `bench.point-${index}` }));
  const neededBy = graph.map(() => []);
  for (const [index, needs] of graph.entries()) for (const need of needs) neededBy[need].push(index);
  const modules = graph.map((_, index) =>
    createBackendModule({
      pluginId: "bench",
      moduleId: `module-${index}`,
      register(env) {
        env.registerExtensionPoint(points[index], {});
        env.registerInit({
          deps: Object.fromEntries(neededBy[index].map((other) => [`p${other}`, points[other]])),
          init,
        });
      },
    }),
  );
  const root = createBackendPlugin({
    pluginId: "bench",
    register: (env) => env.registerInit({ deps: {}, init: async () => {} }),
  });
  return [root, ...modules];
}
