/**
 * Asks one URL over 32 kept connections for a while: `node load.js <port> <path> <milliseconds>`. Prints requests
 * answered a second and how long an answer took.
 */
import { connect } from "node:net";
import { finish } from "../harness/measure.js";

const [port, path, milliseconds] = process.argv.slice(2);
const CONNECTIONS = 32;
const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
const began = performance.now();
const times = [];

function ask() {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    let text = "";
    let sent = performance.now();
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      const head = text.indexOf("\r\n\r\n");
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      if (head < 0 || length === undefined || text.length < head + 4 + Number(length)) return;
      if (!text.startsWith("HTTP/1.1 200")) return reject(new Error(text));
      const now = performance.now();
      times.push(now - sent);
      text = "";
      sent = now;
      if (now - began < Number(milliseconds)) socket.write(request);
      else socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", resolve);
    socket.write(request);
  });
}

await Promise.all(Array.from({ length: CONNECTIONS }, ask));
const seconds = (performance.now() - began) / 1_000;
const sorted = times.toSorted((left, right) => left - right);
finish({
  answered: times.length,
  rate: times.length / seconds,
  p50Ms: sorted[Math.floor(sorted.length * 0.5)],
  p99Ms: sorted[Math.floor(sorted.length * 0.99)],
});
