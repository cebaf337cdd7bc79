import { readCommandLine, say } from "../wire.js";
import { startBroker } from "./engine.js";

const { endpoints } = await startBroker(readCommandLine().option);
const portOf = (endpoint) => Number(endpoint.split(":").at(-1));
say(JSON.stringify({ publish: portOf(endpoints.publish), subscribe: portOf(endpoints.subscribe) }));
