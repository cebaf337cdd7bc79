import { burstContract } from "../burst_contract.ts";

burstContract("zmtp");
