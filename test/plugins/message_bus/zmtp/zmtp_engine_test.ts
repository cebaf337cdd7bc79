import { describe } from "node:test";
import type { BusEngine } from "../../../../plugins/message_bus/engine.ts";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { connectionContract } from "../connection_contract.ts";
import { consumerBusContract } from "../consumer_bus_contract.ts";
import { engineContract } from "../engine_contract.ts";
import { inProcessEngine } from "../in_process_engine.ts";
import { requestsContract } from "../requests_contract.ts";

const paths: Readonly<Record<string, () => BusEngine>> = {
  "over ZMTP": () => zmtpEngine(systemClock),
  "inside the process": inProcessEngine,
};

for (const [path, engine] of Object.entries(paths)) {
  describe(path, () => {
    engineContract(engine);
    connectionContract(engine);
    requestsContract(engine);
    consumerBusContract(engine);
  });
}
