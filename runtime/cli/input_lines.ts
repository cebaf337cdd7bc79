import { BackplaneError } from "../errors.ts";

/** As much as one message of the bus may hold. */
const LINE_LIMIT = 1_048_576;

/**
 * The lines of a stream of bytes, without their ends (LF or CRLF). Bytes that are not UTF-8 become U+FFFD. Reads no
 * faster than the lines are taken.
 * @throws CLI_INPUT_INVALID for a line longer than 1 MiB
 */
export async function* inputLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  let count = 0;
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield checked(line, (count += 1));
    checked(rest, count + 1);
  }
  rest += decoder.decode();
  if (rest !== "") yield checked(rest, count + 1);
}

function checked(line: string, number: number): string {
  if (line.length <= LINE_LIMIT) return line.endsWith("\r") ? line.slice(0, -1) : line;
  throw new BackplaneError("CLI_INPUT_INVALID", `Cannot read line ${number}: it is longer than 1 MiB.`, {
    remedy: "Split it, or send large data another way than over the bus.",
    details: { line: number },
  });
}
