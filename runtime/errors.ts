/** What the process answers to its caller, after sysexits.h: see "Errors" in the README. */
export type ExitCode = 0 | 1 | 64 | 69 | 70 | 73 | 78 | 130;

/**
 * The closed list of error codes, `AREA_PROBLEM`, each with the exit code the CLI ends with when it meets one.
 * A code is never renamed: scripts and alerts hold on to it. `errorCatalogue` is the only place to add one.
 */
export const errorCatalogue = {
  // Manifest: reading core.yaml and its overlays
  MANIFEST_NOT_FOUND: 78,
  MANIFEST_UNREADABLE: 78,
  MANIFEST_EXISTS: 78,
  MANIFEST_TOO_LARGE: 78,
  MANIFEST_NOT_UTF8: 78,
  MANIFEST_SYNTAX: 78,
  MANIFEST_TOO_DEEP: 78,
  MANIFEST_TOO_MANY_NODES: 78,
  MANIFEST_FORBIDDEN_FEATURE: 78,
  MANIFEST_DUPLICATE_KEY: 78,
  MANIFEST_FORBIDDEN_KEY: 78,
  MANIFEST_UNKNOWN_KEY: 78,
  MANIFEST_MISSING_KEY: 78,
  MANIFEST_INVALID_VALUE: 78,
  MANIFEST_OVERLAY: 78,
  MANIFEST_INTERPOLATION: 78,
  MANIFEST_INVALID: 78,
  // Plugin: loading a module, and one plugin's way through its phases
  PLUGIN_MODULE_FORBIDDEN: 78,
  PLUGIN_NOT_FOUND: 78,
  PLUGIN_SYNTAX: 78,
  PLUGIN_TYPESCRIPT: 78,
  PLUGIN_IMPORT_FAILED: 78,
  PLUGIN_IMPORT_TIMEOUT: 78,
  PLUGIN_NO_DEFAULT_EXPORT: 78,
  PLUGIN_NOT_A_PLUGIN: 78,
  PLUGIN_CONTRACT_VERSION: 78,
  PLUGIN_NO_METADATA: 78,
  PLUGIN_METADATA_INVALID: 78,
  PLUGIN_CONFIG_INVALID: 78,
  PLUGIN_ALREADY_REGISTERED: 78,
  PLUGIN_EXISTS: 78,
  PLUGIN_UNKNOWN: 64,
  PLUGIN_DISABLED: 78,
  PLUGIN_CONSTRUCT_FAILED: 1,
  PLUGIN_INITIALIZE_FAILED: 1,
  PLUGIN_INITIALIZE_TIMEOUT: 1,
  PLUGIN_START_FAILED: 1,
  PLUGIN_START_TIMEOUT: 1,
  PLUGIN_STOP_FAILED: 1,
  PLUGIN_STOP_TIMEOUT: 1,
  PLUGIN_RELEASE_FAILED: 1,
  PLUGIN_SERVICE_NOT_PROVIDED: 1,
  PLUGIN_STRAY_ERROR: 1,
  PLUGIN_BLOCKED: 1,
  // Plan: the graph
  PLAN_INVALID: 78,
  PLAN_CYCLE: 78,
  PLAN_MISSING_SERVICE: 78,
  PLAN_DOUBLE_PROVIDER: 78,
  PLAN_DISABLED_DEPENDENCY: 78,
  PLAN_UNKNOWN_DEPENDENCY: 78,
  PLAN_VERSION_MISMATCH: 78,
  PLAN_BIND_INVALID: 78,
  // Service: the container
  SERVICE_UNDECLARED: 1,
  SERVICE_UNAVAILABLE: 1,
  SERVICE_NOT_DECLARED_PROVIDED: 1,
  SERVICE_ALREADY_PROVIDED: 1,
  SERVICE_SCOPE_CLOSED: 1,
  // Runtime: the handle
  RUNTIME_OPTIONS_INVALID: 64,
  RUNTIME_ARGUMENT_INVALID: 64,
  RUNTIME_ALREADY_STARTED: 1,
  RUNTIME_NOT_STARTED: 1,
  RUNTIME_STOPPED: 1,
  RUNTIME_START_FAILED: 1,
  RUNTIME_STOP_FAILED: 1,
  RUNTIME_REENTRANT: 1,
  RUNTIME_STATE_FORBIDDEN: 70,
  RUNTIME_DATA_DIR: 78,
  RUNTIME_KEY_EXPOSED: 78,
  RUNTIME_KEY_INVALID: 78,
  // Gateway: contributions and the listener
  GATEWAY_PORT_IN_USE: 1,
  GATEWAY_LISTEN_FAILED: 1,
  GATEWAY_ROUTE_INVALID: 1,
  GATEWAY_ROUTE_CLASH: 1,
  GATEWAY_UNAUTHENTICATED: 78,
  // Database
  DATABASE_LOCKED: 1,
  DATABASE_KEY_MISSING: 1,
  DATABASE_WRONG_KEY: 1,
  DATABASE_NOT_ENCRYPTED: 1,
  DATABASE_DAMAGED: 1,
  DATABASE_OPEN_FAILED: 1,
  DATABASE_MIGRATION_FAILED: 1,
  DATABASE_CLOSED: 1,
  DATABASE_STATEMENT_FAILED: 1,
  DATABASE_TRANSACTION_TIMEOUT: 1,
  // Bus
  BUS_ENGINE_UNSUPPORTED: 1,
  BUS_PORT_IN_USE: 1,
  BUS_BIND_FAILED: 1,
  BUS_TOPIC_INVALID: 64,
  BUS_PATTERN_INVALID: 64,
  BUS_MESSAGE_TOO_LARGE: 1,
  BUS_MESSAGE_INVALID: 1,
  BUS_REQUEST_TIMEOUT: 1,
  BUS_REQUEST_FAILED: 1,
  BUS_FORBIDDEN: 1,
  BUS_PEER_EXISTS: 78,
  BUS_PEER_INVALID: 64,
  BUS_PEER_UNKNOWN: 64,
  BUS_UNREACHABLE: 69,
  BUS_CLOSED: 1,
  // Command line
  CLI_USAGE: 64,
  CLI_UNREACHABLE: 69,
  CLI_REFUSED: 1,
  CLI_WRITE_FAILED: 73,
  CLI_INPUT_INVALID: 64,
  // Test: the kit for plugin authors
  TEST_OPTIONS_INVALID: 64,
  TEST_NOT_STARTED: 1,
  TEST_CLOCK_STANDS: 1,
  TEST_EXPECTATION_FAILED: 1,
  INTERNAL: 70,
} as const satisfies Readonly<Record<string, ExitCode>>;

/** Every code there is; none is ever renamed. */
export type ErrorCode = keyof typeof errorCatalogue;

/** Where in a text something stands: 1-based line and column, and the line itself with secrets hidden. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** One thing that is wrong with the manifest, a plugin's config or the graph. Faults are reported all at once. */
export interface Fault {
  readonly code: ErrorCode;
  /** From the document's root: `["core", "api_gateway", "plugins", "greeter", "priority"]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly remedy: string;
  readonly position?: Position | undefined;
}

/** What an error says besides its message. */
export interface BackplaneErrorOptions {
  /** What the reader should do about it: one or two full sentences. */
  readonly remedy: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /** Everything found wrong at once; the message then says how many. */
  readonly faults?: readonly Fault[];
}

const BRAND = Symbol.for("backplane.error");

/**
 * The one error class. The message says what could not be done, colon, what is so: `Cannot start plugin "a": ...`.
 * Compare `code`, never the text.
 */
export class BackplaneError extends Error {
  override readonly name = "BackplaneError";
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly faults: readonly Fault[];

  static {
    // Not a member of the class: the types of two copies of this package would not fit each other.
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  /**
   * True for the errors of another copy of this package too, such as a plugin's own. Answers for anything that may be
   * thrown: a proxy's traps throw at the ordinary `instanceof`.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    try {
      if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
      return this === BackplaneError && value instanceof Error && BRAND in value;
    } catch {
      return false;
    }
  }

  constructor(code: ErrorCode, message: string, options: BackplaneErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
    this.details = options.details ?? {};
    this.faults = options.faults ?? [];
  }

  get exitCode(): ExitCode {
    // Another version of this package may know a code that is not in this one's list.
    return (errorCatalogue as Partial<Record<string, ExitCode>>)[this.code] ?? 1;
  }
}

/** The text of anything thrown: an Error's message, or the value itself. Never throws. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return "a value that cannot be printed";
  }
}

/** The same to stand inside a sentence: without the full stop it ends with. */
export function reasonOf(thrown: unknown): string {
  return messageOf(thrown).replace(/\.+$/, "");
}

/** A property of anything thrown, which may throw when it is looked at; undefined where it has none. */
export function propertyOf(thrown: unknown, key: string): unknown {
  try {
    return typeof thrown === "object" && thrown !== null ? (thrown as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined;
  }
}
