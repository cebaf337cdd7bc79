import type { AsyncLocalStorage } from "node:async_hooks";
import type { GatewayContext, Principal, Route } from "../contribution.ts";
import { type PluginMetadata, SecurityPlugin } from "../plugin.ts";
import type { PluginConstructor } from "./test_options.ts";

/** Who calls, for as long as the request lasts. */
export type Callers = AsyncLocalStorage<Principal | undefined>;

/**
 * The kit's own plugin: first in the pipeline it says who calls, as a plugin for authentication would, and behind the
 * pipeline it answers the routes that the test gives.
 */
export function kitPlugin(callers: Callers, routes: readonly Route[]): PluginConstructor {
  return class TestKit extends SecurityPlugin {
    static override readonly metadata: PluginMetadata = {
      name: "Test kit",
      version: "1.0.0",
      description: "Says who calls, and answers the routes of a test",
      priority: 0,
    };

    async handle(context: GatewayContext, next: () => Promise<void>): Promise<void> {
      const caller = callers.getStore();
      if (caller !== undefined) context.set("principal", caller);
      await next();
    }

    override routes(): readonly Route[] {
      return routes;
    }
  };
}
