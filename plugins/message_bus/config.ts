import { isIP } from "node:net";
import * as v from "valibot";
import { choice, integer, list, mapOf, text } from "../../schemas/building_blocks.ts";
import type { EngineSetting } from "./engine_choice.ts";
import { isLoopback } from "./engine.ts";
import { PEER_NAME } from "./peers/peer.ts";
import type { RightsSettings } from "./peers/rights.ts";
import { isForeignPattern } from "./topic.ts";

/** The config of message_bus, checked. */
export interface BusConfig {
  readonly host: string;
  readonly publish_port: number;
  readonly subscribe_port: number;
  readonly engine: EngineSetting;
  readonly high_water_mark: number;
  readonly max_message_bytes: number;
  readonly max_connections: number;
  /** Whether to listen at sockets in data_dir as well. */
  readonly ipc: boolean;
  /** What plugins and programs may do, by name. */
  readonly peers: Readonly<Record<string, RightsSettings>>;
}

const port = integer(0, 65_535);
const pattern = v.pipe(
  v.string("must be a pattern of topics"),
  v.check(
    isForeignPattern,
    "must be a pattern of topics such as logs.*, sensors.*.state or *, not of the bus's own _bus",
  ),
);
const rights: v.GenericSchema<unknown, RightsSettings> = v.pipe(
  v.unknown(),
  // To valibot a list is an object too.
  v.check((value) => !Array.isArray(value), "must be a map"),
  v.nullish(
    v.strictObject({ publish: list(pattern), subscribe: list(pattern) }, ({ expected }) =>
      expected === "never" ? "is not a known key; known here: publish, subscribe" : "must be a map",
    ),
    {},
  ),
);

export const busConfig: v.GenericSchema<unknown, BusConfig> = v.pipe(
  v.strictObject({
    host: v.optional(
      v.pipe(
        v.string(),
        v.check((host) => isIP(host) !== 0, "must be an address such as 127.0.0.1: somebody may redirect a name"),
      ),
      "127.0.0.1",
    ),
    // Publishers connect to the first, subscribers to the second; 0 takes any free port.
    publish_port: v.optional(port, 5555),
    subscribe_port: v.optional(port, 5556),
    engine: v.optional(choice(["auto", "zmtp", "native"]), "auto"),
    // Messages held for each peer, in each queue on the way, before more are dropped.
    high_water_mark: v.optional(integer(1, 10_000_000), 100_000),
    max_message_bytes: v.optional(integer(1, 67_108_864), 1_048_576),
    // Of both ports together.
    max_connections: v.optional(integer(1, 65_535), 4_096),
    // Sockets in data_dir, beside the ports.
    ipc: v.optional(v.boolean(), false),
    peers: v.optional(
      mapOf("", text(PEER_NAME, "a name of at most 64 lower-case letters, digits, _ and -"), rights),
      {},
    ),
  }),
  v.check(
    (config) => config.publish_port === 0 || config.publish_port !== config.subscribe_port,
    "publish_port and subscribe_port must differ",
  ),
  v.forward(
    v.check(
      ({ engine, host }) => engine !== "native" || isLoopback(host),
      "must be a loopback address such as 127.0.0.1 with engine native, which knows no keys; engine zmtp takes any",
    ),
    ["host"],
  ),
  v.forward(
    v.check(
      ({ engine, ipc }) => engine !== "native" || !ipc,
      "must be left out with engine native; engine zmtp has it",
    ),
    ["ipc"],
  ),
  v.forward(
    v.check(
      ({ engine, peers }) => engine !== "native" || Object.keys(peers).length === 0,
      "must be left out with engine native, which keeps no rights; engine zmtp does",
    ),
    ["peers"],
  ),
);
