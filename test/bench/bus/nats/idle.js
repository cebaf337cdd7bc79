import { readCommandLine, say } from "../wire.js";
import { open } from "./connection.js";

const { publishPort, count } = readCommandLine();
for (let index = 0; index < count; index++) {
  const connection = await open(publishPort);
  connection.subscribe(`idle.${index}`, { callback: () => undefined });
  await connection.flush();
}
say("ready");
