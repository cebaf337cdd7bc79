import { BusinessPlugin, type PluginMetadata, type Route } from "backplane";
import * as v from "valibot";

const guest = v.strictObject({ name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(100)) });

/** Answers `GET /api/v1/guests`, and takes `{"name":"Ada"}` at `POST /api/v1/guests`. */
export default class Guestbook extends BusinessPlugin {
  static override readonly metadata: PluginMetadata = {
    name: "Guestbook",
    version: "1.0.0",
    description: "Remembers who called, until it stops",
  };
  readonly #names: string[] = [];

  override routes(): readonly Route[] {
    const path = "/api/v1/guests";
    return [
      { method: "GET", path, access: "public", handler: (context) => context.json({ guests: this.#names }) },
      {
        method: "POST",
        path,
        access: "public",
        schema: { body: guest },
        handler: (context) => {
          const { name } = context.get("input").body as v.InferOutput<typeof guest>;
          this.#names.push(name);
          return context.json({ name, peer: context.get("remoteAddress") }, 201);
        },
      },
    ];
  }
}
