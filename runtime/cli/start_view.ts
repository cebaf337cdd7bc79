import { formatJson, formatPretty } from "../log/format.ts";
import { logLevels, type LogRecord } from "../logger.ts";
import type { PluginResult } from "../snapshots.ts";
import type { Output } from "./output.ts";
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
    if (this.#json || this.#waiting === undefined) this.#write(record);
    else if (isUrgent(record)) this.#write(record);
    else this.#waiting.push(record);
  }

  started(results: readonly PluginResult[], url: string | undefined): void {
    if (!this.#json) {
      const { paint } = this.#output;
      this.#output.line(formatResults(results, paint));
      if (url !== undefined) this.#output.line(`\nListening on ${paint("bold", url)}. Ctrl-C stops.\n`);
    }
    this.#show((record) => record.subsystem !== "runtime");
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

/** Graver than information, and not one of the state changes that the table shows. */
function isUrgent({ level, subsystem, module, fields }: LogRecord): boolean {
  const inTable = subsystem === "runtime" && module === "lifecycle" && "to" in fields;
  return logLevels[level] >= logLevels.warning && !inTable;
}
