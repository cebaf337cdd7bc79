/** `node bare_whole_client.js <manifest>`: imports the client as its README says. */
import { createClient } from "@libsql/client";
import { run } from "./bare.js";

await run(createClient, process.argv[2]);
