import type { Clock } from "../../mod.ts";
import type { BusEngine } from "./engine.ts";
import { zeromqEngine } from "./native/native_engine.ts";
import { zmtpEngine } from "./zmtp/zmtp_engine.ts";

/** What the manifest may say of the engine. */
export type EngineSetting = "auto" | "zmtp" | "native";

/** `auto` is our own engine, which runs everywhere and knows its peers. */
export function engineFor(setting: EngineSetting, clock: Clock): BusEngine {
  return setting === "native" ? zeromqEngine() : zmtpEngine(clock);
}
