import type { AdminRoute } from "../../../mod.ts";
import type { Broker } from "../engine.ts";
import { peersDocument } from "./peer_document.ts";
import type { PeerKeeper } from "./peer_keeper.ts";

/**
 * `GET /peers`: who may do what and did what. `POST /peers/refresh`: reads the keys again, cuts off whose key counts no
 * more, and answers how many connections that were, by peer.
 */
export function peerRoutes(keeper: PeerKeeper, broker: Broker): readonly AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/peers",
      handler: (context) => context.json(peersDocument(keeper, broker)),
    },
    {
      method: "POST",
      path: "/peers/refresh",
      handler: async (context) => {
        const cut = await keeper.refresh(broker);
        return context.json({
          disconnected: Object.fromEntries(Array.from(cut, ([{ name }, count]) => [name, count])),
        });
      },
    },
  ];
}
