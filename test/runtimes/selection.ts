import type { OtherRuntime } from "./binaries.ts";

/**
 * What runs on Node alone. The bus's engine native is a Node addon (it aborts Bun, and is unreliable on Deno);
 * imports_test.ts looks through a hook of Node's loader; package and docs tests start npm and Node; the benchmarks'
 * peers and tsc are Node programs.
 */
export const nodeOnly: readonly string[] = [
  "test/system/imports_test.ts",
  "test/docs/",
  "test/package/",
  "test/bench/",
  "test/types/",
  "test/plugins/message_bus/native/",
];

/** What would say on Node 26 what it says on Node 20, in a minute: most of it starts the Node that is installed. */
const slow26 = ["test/docs/", "test/bench/"];

/** Whether a test file can run on a runtime. @param file its path in the project, with `/` */
export function canRunOn(runtime: OtherRuntime, file: string): boolean {
  return !(runtime === "node26" ? slow26 : nodeOnly).some((path) =>
    path.endsWith("/") ? file.startsWith(path) : file === path,
  );
}
