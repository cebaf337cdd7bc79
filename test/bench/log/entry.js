/** What is logged, the same for everybody. */
const levels = ["debug", "info", "info", "warning", "error"];

export const TOPIC = "logs.bench.main";

/** @param {number} index */
export function logEntryOf(index) {
  return {
    time: Date.now(),
    level: levels[index % levels.length],
    subsystem: "bench",
    module: `module_${index % 12}`,
    message: `request ${index} of user ${index % 911} took ${index % 97} ms at /api/v1/things`,
    topic: TOPIC,
    function: "handle",
    filePath: "src/handler.ts",
    lineNumber: index % 400,
  };
}

/** Now, comparable between the processes of one machine. */
export function sharedNow() {
  return performance.timeOrigin + performance.now();
}
