import { readCommandLine, REPLY, REQUEST, say } from "../wire.js";
import { open } from "./connection.js";

const connection = await open(readCommandLine().publishPort);
connection.subscribe(REQUEST, { callback: (_error, { data }) => connection.publish(REPLY, data) });
await connection.flush();
say("ready");
