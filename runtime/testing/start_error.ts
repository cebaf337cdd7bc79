import { BackplaneError, type Fault } from "../errors.ts";

/**
 * What `start()` of the kit rejects with: the runtime's own error. A test runner shows the message alone, so every fault
 * stands in it; and what a test does about a missing service is another thing than what an operator does.
 */
export function startError(thrown: unknown): unknown {
  if (!(thrown instanceof BackplaneError) || thrown.faults.length === 0) return thrown;
  const faults = thrown.faults.map((fault) => ({ ...fault, remedy: remedyFor(fault) }));
  const lines = faults.map(({ path, message, remedy }) => `  ${path.join(".")}: ${message} ${remedy}`);
  return new BackplaneError(thrown.code, [thrown.message, ...lines].join("\n"), {
    remedy: faults[0]!.remedy,
    details: thrown.details,
    faults,
    cause: thrown,
  });
}

function remedyFor({ code, message, remedy }: Fault): string {
  const service = /"([^"]+)"/.exec(message)?.[1];
  if (code !== "PLAN_MISSING_SERVICE" || service === undefined) return remedy;
  return `Give testPlugin() a value for it: services: [hostService(${camelCase(service)}, fake)].`;
}

/** As the key of a service is usually called: `message_bus` -> `messageBus`. */
function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
