/** awilix resolves singletons by name; that each is initialised and started is one's own loop around it. */
import { asClass, createContainer } from "awilix";

export function prepare(graph) {
  const classes = graph.map(
    (needs) =>
      class {
        constructor(cradle) {
          for (const need of needs) if (cradle[`plugin_${need}`] === undefined) throw new Error(`no plugin ${need}`);
        }
        initialize() {}
        start() {}
      },
  );
  let started = 0;
  const boot = async () => {
    const container = createContainer({ strict: true });
    for (const [index, Plugin] of classes.entries()) container.register(`plugin_${index}`, asClass(Plugin).singleton());
    for (const index of classes.keys()) {
      const plugin = container.resolve(`plugin_${index}`);
      await plugin.initialize();
      await plugin.start();
      started++;
    }
  };
  return { boot, check: () => started };
}
