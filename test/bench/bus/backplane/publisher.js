import { readCommandLine, TOPIC } from "../wire.js";
import { connect, openPublisher, sendAll } from "./engine.js";

const line = readCommandLine();
const link = await openPublisher(line.number, (told) => connect(line, told));
await sendAll(link, TOPIC, line.frames[1], line.count);
