import { BackplaneError } from "../errors.ts";
import { forbiddenKeys } from "../manifest/tree.ts";
import { quote } from "../manifest/faults.ts";
import { SERVICE_NAME } from "../service_key.ts";
import { camelCase } from "./templates/plugin_spec.ts";

/** Words that JavaScript keeps to itself: a service's key is a constant of that name. */
const JAVASCRIPT =
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
  "false finally for function if implements import in instanceof interface let new null package private protected " +
  "public return static super switch this throw true try typeof undefined var void while with yield";
/** Names that mean something else to Backplane, in logs and remedies. */
const OURS = "base business config core host infrastructure integration middleware plugin runtime runtime_log security";
/** Names that the new files give to something else. */
const TAKEN = "assert bus context identify name next running t test";

const reserved: ReadonlySet<string> = new Set([...`${JAVASCRIPT} ${OURS} ${TAKEN}`.split(" "), ...forbiddenKeys]);

/**
 * Whether a plugin or a service may be called so.
 * @throws CLI_INPUT_INVALID
 */
export function requireFreeWord(what: "plugin" | "service", name: string): void {
  const subject = `Cannot make a ${what} ${quote(name)}`;
  if (!SERVICE_NAME.test(name)) {
    throw new BackplaneError("CLI_INPUT_INVALID", `${subject}: that is no ${what}'s name.`, {
      remedy: `Use lower-case letters, digits and _, beginning with a letter, at most 64${suggestion(name)}.`,
    });
  }
  if (!reserved.has(name) && !reserved.has(camelCase(name))) return;
  throw new BackplaneError("CLI_INPUT_INVALID", `${subject}: the word is reserved.`, {
    remedy: `Choose another, for example my_${name.replace(/_+$/, "")}.`,
  });
}

/** `My-Plugin` becomes `my_plugin`. */
function suggestion(name: string): string {
  const words =
    name
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const better = words
    .join("_")
    .replace(/^[0-9_]+/, "")
    .slice(0, 64);
  return better === "" || reserved.has(better) ? "" : `, for example ${better}`;
}
