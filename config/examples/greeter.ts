import { BusinessPlugin, type PluginMetadata, type Route } from "backplane";
import * as v from "valibot";

interface GreeterConfig {
  readonly greeting: string;
}

/** Answers `GET /api/v1/greetings/:name`. */
export default class Greeter extends BusinessPlugin<GreeterConfig> {
  static override readonly metadata: PluginMetadata<GreeterConfig> = {
    name: "Greeter",
    version: "1.0.0",
    description: "Greets whoever asks",
    config: v.strictObject({ greeting: v.optional(v.string(), "Hello") }),
  };

  override routes(): readonly Route[] {
    return [
      {
        method: "GET",
        path: "/api/v1/greetings/:name",
        access: "public",
        handler: (context) => context.json({ greeting: `${this.config.greeting}, ${context.req.param("name")}!` }),
      },
    ];
  }
}
