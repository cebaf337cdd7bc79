import { BusinessPlugin, type PluginMetadata, serviceKey, type ServiceKey } from "../../mod.ts";

/** Makes an error in the plugin's module, outside of its context. */
export const makeError: ServiceKey<() => Error> = serviceKey("make_error", "1.0.0");
/** Is given an error in the plugin's context, while it starts. */
export const judge: ServiceKey<(error: Error) => void> = serviceKey("judge", "1.0.0");

/** Errors of the plugin's own making, for tests of whom they are blamed on. */
export default class Faulty extends BusinessPlugin {
  static override readonly metadata: PluginMetadata = {
    name: "Faulty",
    version: "1.0.0",
    description: "Makes errors",
    provides: [makeError],
    requires: [judge],
  };

  override start(): void {
    this.requireService(judge)(faulty());
    this.provideService(makeError, faulty);
  }
}

function faulty(): Error {
  // Not a tail call: Bun leaves those out of the stack.
  const [error] = [new Error("faulty")] as const;
  return error;
}
