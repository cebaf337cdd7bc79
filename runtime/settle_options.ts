import { fileURLToPath } from "node:url";
import { checkOptions } from "./check_options.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type HostEnvironment, hostEnvironment } from "./host.ts";
import { PluginRegistry } from "./loader/registry.ts";
import type { LogRecord } from "./logger.ts";
import { findManifest } from "./manifest/find.ts";
import type { ReadManifestOptions } from "./manifest/read.ts";
import type { HostService, RuntimeOptions } from "./options.ts";

/** Options with every default filled in. */
export interface SettledOptions {
  /** Looks for the manifest where it was not named. @throws MANIFEST_NOT_FOUND */
  readonly manifest: () => ReadManifestOptions;
  readonly plugins: PluginRegistry;
  readonly services: readonly HostService[];
  readonly listen: boolean;
  readonly handleSignals: boolean;
  readonly logger: ((record: LogRecord) => void) | undefined;
  readonly registerTypeScript: () => unknown;
  readonly clock: Clock;
  readonly stopBudgetMs: number;
}

/**
 * Fills in the defaults; reads nothing yet.
 * @throws RUNTIME_OPTIONS_INVALID, and what `PluginRegistry.register` throws for a class that is no plugin
 */
export function settleOptions(options: RuntimeOptions): SettledOptions {
  checkOptions(options);
  const plugins = new PluginRegistry();
  const given = options.plugins ?? {};
  for (const name of Object.keys(given)) plugins.register(name, given[name]);
  return {
    manifest: () => manifestOptions(options),
    plugins,
    services: options.services ?? [],
    listen: options.listen ?? false,
    handleSignals: options.handleSignals ?? false,
    logger: options.logger,
    registerTypeScript: options.registerTypeScript ?? (() => undefined),
    clock: options.clock ?? systemClock,
    stopBudgetMs: options.stopBudgetMs ?? 20_000,
  };
}

function manifestOptions(options: RuntimeOptions): ReadManifestOptions {
  const variables = options.variables ?? hostEnvironment().variables;
  const source = manifestSource(options, variables);
  return { source, environment: variables, environmentName: options.environment };
}

function manifestSource(
  { manifest, manifestText, manifestObject, baseDir }: RuntimeOptions,
  variables: HostEnvironment["variables"],
): ReadManifestOptions["source"] {
  if (manifestText !== undefined) return { text: manifestText, baseDir: pathOf(baseDir!) };
  if (manifestObject !== undefined) return { object: manifestObject, baseDir: pathOf(baseDir!) };
  const argument = manifest === undefined ? undefined : pathOf(manifest);
  return { file: findManifest({ argument, environment: variables, cwd: hostEnvironment().cwd }) };
}

function pathOf(place: string | URL): string {
  return typeof place === "string" ? place : fileURLToPath(place);
}
