/** Asks one URL over 32 kept connections for a while and prints the requests answered per second. */
import { connect } from "node:net";

const port = Number(process.argv[2]);
const path = process.argv[3] ?? "/";
const milliseconds = Number(process.argv[4] ?? 1_000);
const CONNECTIONS = 32;
const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
const begin = performance.now();
let answered = 0;
let open = CONNECTIONS;
for (let index = 0; index < CONNECTIONS; index += 1) ask();

function ask(): void {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    const head = text.indexOf("\r\n\r\n");
    const length = /content-length: (\d+)/i.exec(text)?.[1];
    if (head < 0 || length === undefined || text.length < head + 4 + Number(length)) return;
    if (!text.startsWith("HTTP/1.1 200")) throw new Error(text);
    text = "";
    answered += 1;
    if (performance.now() - begin < milliseconds) socket.write(request);
    else socket.destroy();
  });
  socket.on("close", () => {
    open -= 1;
    if (open === 0) process.stdout.write(String((answered * 1_000) / (performance.now() - begin)));
  });
  socket.write(request);
}
