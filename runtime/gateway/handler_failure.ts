import { messageOf } from "../errors.ts";
import { isUsedUp } from "./prepared_headers.ts";
import { problem } from "./problem.ts";

/** What a plugin's handler threw, on its way through Hono, which passes on Errors only. */
export class HandlerFailure extends Error {
  override readonly name = "HandlerFailure";
  readonly plugin: string;

  constructor(plugin: string, thrown: unknown) {
    super(messageOf(thrown), { cause: thrown });
    this.plugin = plugin;
  }
}

/** Hono's HTTPException, of whichever copy of Hono the plugin brought: an answer its author chose. */
interface ChosenAnswer {
  readonly status: number;
  readonly message: string;
  readonly res?: Response | undefined;
}

/** @returns the answer that a thrown HTTPException stands for; undefined for any other failure */
export function chosenAnswer(thrown: unknown): Response | undefined {
  if (!isChosenAnswer(thrown)) return undefined;
  const { res } = thrown;
  if (res === undefined) return problem(thrown.status, thrown.message);
  // An exception that is kept and thrown again has nothing left to answer.
  return isUsedUp(res) ? undefined : res;
}

function isChosenAnswer(thrown: unknown): thrown is ChosenAnswer {
  if (!(thrown instanceof Error) || !("status" in thrown) || !("getResponse" in thrown)) return false;
  const { status } = thrown;
  return typeof status === "number" && Number.isInteger(status) && status >= 400 && status <= 599;
}
