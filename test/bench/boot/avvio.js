/** avvio has no graph: plugins load in the order of `use`, and find what earlier ones have put on the instance. */
import avvio from "avvio";

export function prepare(graph) {
  const plugins = graph.map(
    (needs, index) =>
      async function plugin({ services }) {
        for (const need of needs) if (!services.has(need)) throw new Error(`no service ${need}`);
        services.set(index, plugin);
      },
  );
  const instance = { services: new Map() };
  const boot = async () => {
    const app = avvio(instance);
    for (const plugin of plugins) instance.use(plugin);
    await app.ready();
  };
  return { boot, check: () => instance.services.size };
}
