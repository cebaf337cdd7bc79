/** `node bare_file_client.js <manifest>`: imports of the client only what it needs for files, as Backplane does. */
import { createClient } from "@libsql/client/sqlite3";
import { run } from "./bare.js";

await run(createClient, process.argv[2]);
