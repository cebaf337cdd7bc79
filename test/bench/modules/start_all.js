/** Constructs and starts what the modules export, by hand. */
export async function startAll(modules) {
  let started = 0;
  for (const { default: Plugin } of modules) {
    const plugin = new Plugin({});
    await plugin.initialize();
    await plugin.start();
    started++;
  }
  return started;
}
