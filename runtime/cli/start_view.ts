import { formatJson, formatPretty } from "../log/format.ts";
import { logLevels, type LogRecord } from "../logger.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { reportFailures } from "../plugin_failure.ts";
import type { PluginResult } from "../plugin_result.ts";
import { entryOf } from "./failure.ts";
import { formatFailures } from "./failure_screen.ts";
import type { Output } from "./output.ts";
import { formatSlow, type SlowEvent } from "./slow_block.ts";
import { formatResults } from "./start_table.ts";

export interface StartViewOptions {
  /** JSON lines, whatever the manifest says. */
  readonly json: boolean;
}

/**
 * What `start` shows. For machines: one JSON object a line, nothing else. On a terminal: a table once the start has
 * settled, then lines. Until then lines wait, for the table says the same better; warnings do not.
 */
export class StartView {
  readonly #output: Output;
  #json: boolean;
  #waiting: LogRecord[] | undefined = [];

  constructor(output: Output, { json }: StartViewOptions) {
    this.#output = output;
    this.#json = json || !output.isTerminal;
  }

  get json(): boolean {
    return this.#json;
  }

  /** @param format the manifest's, once it is known */
  log(record: LogRecord, format: "pretty" | "json" | undefined): void {
    this.#json ||= format === "json";
    if (!this.#json && "slow" in record.fields && record.subsystem === "runtime") return;
    if (this.#json || this.#waiting === undefined) this.#write(record);
    else if (isUrgent(record)) this.#write(record);
    else this.#waiting.push(record);
  }

  /** Something takes long: on a terminal at once, and all of it as one block. */
  slow(event: SlowEvent): void {
    if (!this.#json) this.#output.line(formatSlow(event, this.#output.paint));
  }

  started(results: readonly PluginResult[], url: string | undefined, manifest: Manifest | undefined): void {
    if (!this.#json) {
      const { paint, width } = this.#output;
      this.#output.line(formatResults(results, paint));
      const failures = reportFailures(results);
      const screen = formatFailures(failures, { paint, width, entryOf: (plugin) => entryOf(plugin, manifest) });
      if (failures.length > 0) this.#output.line(`\n${screen}`);
      if (url !== undefined) this.#output.line(`\nListening on ${paint("bold", url)}. Ctrl-C stops.\n`);
    }
    this.#show(isOfPlugin);
  }

  /** The start failed for a reason that is told next: of the lines that waited only the plugins' own say more. */
  failed(): void {
    this.#show(isOfPlugin);
  }

  /** There will be no table, or not soon: nothing is held back any more. */
  release(): void {
    this.#show(() => true);
  }

  #show(shown: (record: LogRecord) => boolean): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const record of waiting.filter(shown)) this.#write(record);
  }

  #write(record: LogRecord): void {
    const { colour } = this.#output;
    this.#output.line(this.#json ? formatJson(record) : formatPretty(record, { colour }));
  }
}

function isOfPlugin({ subsystem }: LogRecord): boolean {
  return subsystem !== "runtime";
}

/** Graver than information, and not what the table and the failures below it show. */
function isUrgent({ level, subsystem, module, fields }: LogRecord): boolean {
  const isState = module === "lifecycle" && "to" in fields;
  const shownAnyway = subsystem === "runtime" && (isState || "failures" in fields);
  return logLevels[level] >= logLevels.warning && !shownAnyway;
}
