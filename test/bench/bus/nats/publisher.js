import { readCommandLine, TOPIC } from "../wire.js";
import { open, publishAll } from "./connection.js";

const { publishPort, count, frames } = readCommandLine();
const payload = frames.at(-1);
await publishAll(await open(publishPort), TOPIC, count, () => payload);
