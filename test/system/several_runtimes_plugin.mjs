import process from "node:process";
import { BusinessPlugin } from "backplane";

/**
 * Lets errors escape: one after `GET /api/v1/escape`, and one from what it leaves running when it stops.
 */
export default class Escaping extends BusinessPlugin {
  static metadata = { name: "Escaping", version: "1.0.0", description: "Lets errors escape" };

  routes() {
    const handler = (context) => {
      setImmediate(escape);
      return context.text("soon", 202);
    };
    return [{ method: "GET", path: "/api/v1/escape", access: "public", handler }];
  }

  stop() {
    setTimeout(escape, 50);
  }
}

function escape() {
  const error = new Error("it escaped");
  // Deno has lost the asynchronous context of what a timer throws, Bun that of what a promise rejects with.
  if (process.versions.deno !== undefined) void Promise.reject(error);
  else throw error;
}
