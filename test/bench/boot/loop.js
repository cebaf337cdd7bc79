/** What one writes by hand when the order is known: construct, initialise, start, await, one after another. */
export function prepare(graph) {
  const classes = graph.map(
    (needs) =>
      class {
        initialize(services) {
          for (const index of needs) if (services.get(index) === undefined) throw new Error(`no service ${index}`);
        }
        start() {}
      },
  );
  const services = new Map();
  const boot = async () => {
    for (const [index, Plugin] of classes.entries()) {
      const plugin = new Plugin();
      await plugin.initialize(services);
      await plugin.start();
      services.set(index, plugin);
    }
  };
  return { boot, check: () => services.size };
}
