import { coloured, type Paint, plain, wantsColour } from "./terminal.ts";

export interface OutputOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Standard output and standard error. When the reader goes away, the rest is not written and nothing fails. */
export class Output {
  /** Colours for standard output. */
  readonly paint: Paint;
  /** Colours for standard error. */
  readonly paintError: Paint;
  /** Columns of standard output and of standard error; without end where no person reads. */
  readonly width: number;
  readonly errorWidth: number;
  /** Whether a person reads standard output. */
  readonly isTerminal: boolean;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  readonly #closed = new AbortController();
  #failure: Error | undefined;

  constructor({ stdout, stderr, variables }: OutputOptions) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.isTerminal = stdout.isTTY;
    this.width = columnsOf(stdout);
    this.errorWidth = columnsOf(stderr);
    this.paint = wantsColour(stdout, variables) ? coloured : plain;
    this.paintError = wantsColour(stderr, variables) ? coloured : plain;
    stdout.on("error", (error) => this.#close(error));
    stderr.on("error", () => undefined);
  }

  /** Whether standard output takes colours. */
  get colour(): boolean {
    return this.paint === coloured;
  }

  /** Aborts when nobody reads standard output any more. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Why standard output could not be written, other than by its reader's going away. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Writes a text and a newline to standard output. */
  line(text: string): void {
    if (!this.closed.aborted) this.#stdout.write(`${text}\n`);
  }

  /** As `line`, and resolves when there is room for more. */
  async lineInTime(text: string): Promise<void> {
    if (this.closed.aborted || this.#stdout.write(`${text}\n`)) return;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        this.#stdout.off("drain", goOn);
        this.closed.removeEventListener("abort", goOn);
        resolve();
      };
      this.#stdout.on("drain", goOn);
      this.closed.addEventListener("abort", goOn);
    });
  }

  /** Writes a text and a newline to standard error. */
  error(text: string): void {
    this.#stderr.write(`${text}\n`);
  }

  /** Resolves when everything has been written, or cannot be. */
  async flush(): Promise<void> {
    await Promise.all([flushed(this.#stdout), flushed(this.#stderr)]);
  }

  #close(error: Error): void {
    const gone = "code" in error && (error.code === "EPIPE" || error.code === "EIO");
    if (!gone) this.#failure ??= error;
    this.#closed.abort();
  }
}

function columnsOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : Infinity;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}
