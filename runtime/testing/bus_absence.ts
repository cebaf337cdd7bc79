import { messageBus } from "../../plugins/message_bus/contract.ts";
import type { PluginConstructor, TestPluginOptions } from "./test_options.ts";

/** Why the kit's bus is not the one that the plugin has, and what to do about it. */
export interface BusAbsence {
  readonly why: string;
  readonly remedy: string;
}

/** Undefined where the plugin gets the kit's bus under the key `message_bus`. */
export function busAbsence(
  { metadata }: Partial<PluginConstructor>,
  { bus = true, services = [], beside = {} }: TestPluginOptions,
): BusAbsence | undefined {
  const { name } = messageBus;
  if (!bus) return { why: "bus is false, so there is none", remedy: "Leave bus out of testPlugin()'s options." };
  if (services.some(({ key }) => key.name === name)) {
    return { why: `services give another ${name}`, remedy: `Ask that one, or take ${name} out of services.` };
  }
  if (Object.hasOwn(beside, name)) {
    const remedy = `Use test.service(messageBus), or take ${name} out of beside.`;
    return { why: `${name} stands in beside`, remedy };
  }
  if (metadata?.provides?.some((key) => key.name === name) === true) {
    return { why: `the plugin provides ${name} itself`, remedy: "Use test.service(messageBus)." };
  }
  return undefined;
}
