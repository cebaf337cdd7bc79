/**
 * A module hook for runtimes that need tsx: TypeScript plugins are ES modules, whatever the nearest package.json says
 * or does not say. Runtimes that strip types find that out by themselves.
 */
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const isTypeScript = /\.ts(?:\?|$)/.test(resolved.url);
  return isTypeScript && resolved.format === "commonjs" ? { ...resolved, format: "module" } : resolved;
}
