import { BackplaneError } from "../../mod.ts";
import { type BrokerOptions, isLoopback } from "./engine.ts";
import { errorCodeOf } from "./error_code.ts";

export type PortSetting = "publish_port" | "subscribe_port";

/**
 * What every engine without knowledge of its peers asks of the place it listens at.
 * @throws BUS_BIND_FAILED
 */
export function assertPlace({ host, publishPort, subscribePort }: BrokerOptions): void {
  if (!isLoopback(host)) {
    throw notLoopback(host, "this engine cannot tell who connects, so it listens on loopback only");
  }
  assertPort(publishPort, "publish_port");
  assertPort(subscribePort, "subscribe_port");
}

export function addressOf(host: string, port: number | "*"): string {
  return `tcp://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Why an engine could not listen at an address. */
export function bindError(error: unknown, address: string, setting: PortSetting): BackplaneError {
  const code = errorCodeOf(error);
  if (code === "EADDRINUSE") return portInUse(address, setting, error);
  return new BackplaneError("BUS_BIND_FAILED", `Cannot start the broker: listening on ${address} failed (${code}).`, {
    remedy: `Check host and ${setting} in the config of message_bus.`,
    details: { address, setting, code },
    cause: error,
  });
}

/** @throws BUS_BIND_FAILED; libzmq takes a port modulo 65,536 without a word. */
export function assertPort(port: number, setting: PortSetting): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new BackplaneError("BUS_BIND_FAILED", `Cannot start the broker: ${setting} ${port} is not a port.`, {
    remedy: `Set ${setting} to a number from 1 to 65535.`,
    details: { setting, port },
  });
}

/** @param because why only loopback is listened at */
export function notLoopback(host: string, because: string): BackplaneError {
  return new BackplaneError("BUS_BIND_FAILED", `Cannot start the broker: ${host} is not a loopback address.`, {
    remedy: `Set host to 127.0.0.1: ${because}.`,
    details: { host },
  });
}

function portInUse(address: string, setting: PortSetting, cause: unknown): BackplaneError {
  return new BackplaneError("BUS_PORT_IN_USE", `Cannot start the broker: ${address} is in use.`, {
    remedy: `Stop the program that uses it, or set another ${setting} in the config of message_bus.`,
    details: { address, setting, code: "EADDRINUSE" },
    cause,
  });
}
