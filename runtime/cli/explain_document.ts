import type { CycleStep, NeedFact, NeededByFact } from "../explain_needs.ts";
import type { PluginFacts } from "../explain_plugin.ts";
import type { SettingFact } from "../explain_settings.ts";
import type { Origin } from "../manifest/manifest.ts";
import { describeError, describeFault } from "./failure.ts";

/** The facts as JSON, in snake_case. Absent parts are null; a hidden value is null with `hidden`. */
export function explanationDocument(facts: PluginFacts, file: string | undefined) {
  return {
    plugin: facts.plugin,
    state: facts.state,
    error: facts.cause === undefined ? null : describeError(facts.cause),
    faults: facts.faults.map(describeFault),
    other_faults: facts.otherFaults.map(describeFault),
    cycles: facts.cycles.map((cycle) => cycle.map(stepDocument)),
    ...placeDocument(facts),
    critical: facts.critical,
    module: facts.module,
    file: file ?? null,
    provides: facts.provides,
    needs: facts.needs.map(needDocument),
    needed_by: facts.neededBy.map(neededByDocument),
    settings: facts.settings.map(settingDocument),
  };
}

function originDocument(origin: Origin | undefined) {
  if (origin === undefined) return null;
  const { position, overlay, references } = origin;
  const place = position && { file: position.file, line: position.line, column: position.column };
  return { ...(place ?? { file: null, line: null, column: null }), overlay, references };
}

/** Null for what is not known, or not in the order. */
function placeDocument({ entry, loaded, planned, priority }: PluginFacts) {
  return {
    version: loaded?.metadata.version ?? null,
    description: loaded?.metadata.description ?? null,
    kind: loaded?.kind ?? null,
    position: entry?.position ?? null,
    planned: planned ?? null,
    priority: priority ?? null,
    effective_priority: entry?.effectivePriority ?? null,
    inherited_from: entry?.inheritedFrom ?? null,
    reason: entry?.reason ?? null,
  };
}

function needDocument({ kind, service, range, provider, origin, notLoaded }: NeedFact) {
  return {
    kind,
    service: service ?? null,
    range: range ?? null,
    provider: provider ?? null,
    origin: originDocument(origin),
    not_loaded: notLoaded,
  };
}

function stepDocument({ plugin, needs, kind, service, origin }: CycleStep) {
  return { plugin, needs, kind, service: service ?? null, origin: originDocument(origin) };
}

function neededByDocument({ plugin, kind, service, through }: NeededByFact) {
  return { plugin, kind, service: service ?? null, through: through ?? null };
}

function settingDocument({ path, value, origin, defaultOf }: SettingFact) {
  return {
    path,
    value: value ?? null,
    hidden: value === undefined,
    origin: originDocument(origin),
    default_of: defaultOf ?? null,
  };
}
