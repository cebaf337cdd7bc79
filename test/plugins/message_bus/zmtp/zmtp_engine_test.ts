import { describe } from "node:test";
import { zmtpEngine } from "../../../../plugins/message_bus/zmtp/zmtp_engine.ts";
import { systemClock } from "../../../../runtime/clock.ts";
import { connectionContract } from "../connection_contract.ts";
import { consumerBusContract } from "../consumer_bus_contract.ts";
import { engineContract } from "../engine_contract.ts";
import { requestsContract } from "../requests_contract.ts";

const engine = () => zmtpEngine(systemClock);

describe("over ZMTP", () => {
  engineContract(engine);
  connectionContract(engine);
  requestsContract(engine);
  consumerBusContract(engine);
});
