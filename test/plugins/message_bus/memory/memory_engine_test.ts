import { describe } from "node:test";
import { memoryEngine } from "../../../../plugins/message_bus/memory/memory_engine.ts";
import { connectionContract } from "../connection_contract.ts";
import { consumerBusContract } from "../consumer_bus_contract.ts";
import { engineContract } from "../engine_contract.ts";
import { requestsContract } from "../requests_contract.ts";

describe("in memory", () => {
  engineContract(memoryEngine);
  connectionContract(memoryEngine);
  requestsContract(memoryEngine);
  consumerBusContract(memoryEngine);
});
