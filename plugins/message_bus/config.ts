import * as v from "valibot";
import { integer } from "../../schemas/building_blocks.ts";
import { isLoopback } from "./engine.ts";

/** The config of message_bus, checked. */
export interface BusConfig {
  readonly host: string;
  readonly publish_port: number;
  readonly subscribe_port: number;
  readonly engine: "auto" | "native";
  readonly high_water_mark: number;
  readonly max_message_bytes: number;
}

const port = integer(0, 65_535);

export const busConfig: v.GenericSchema<unknown, BusConfig> = v.pipe(
  v.strictObject({
    host: v.optional(
      v.pipe(
        v.string(),
        v.check(isLoopback, "must be a loopback address such as 127.0.0.1: the bus knows no passwords"),
      ),
      "127.0.0.1",
    ),
    // Publishers connect to the first, subscribers to the second; 0 takes any free port.
    publish_port: v.optional(port, 5555),
    subscribe_port: v.optional(port, 5556),
    engine: v.optional(v.picklist(["auto", "native"]), "auto"),
    // Messages held for each peer, in each queue on the way, before more are dropped.
    high_water_mark: v.optional(integer(1, 10_000_000), 100_000),
    max_message_bytes: v.optional(integer(1, 67_108_864), 1_048_576),
  }),
  v.check(
    (config) => config.publish_port === 0 || config.publish_port !== config.subscribe_port,
    "publish_port and subscribe_port must differ",
  ),
);
