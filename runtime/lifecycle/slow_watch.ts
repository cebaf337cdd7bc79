import type { Clock } from "../clock.ts";
import type { RuntimeEvents } from "../events.ts";
import type { PhaseInFlight } from "./phases.ts";
import type { PluginNode } from "./plugin_node.ts";

const EVERY_MS = 5_000;
const NAMES_SHOWN = 10;

/** While a phase takes long, tells every five seconds what waits for what. */
export class SlowWatch {
  readonly #inFlight: ReadonlyMap<string, PhaseInFlight>;
  readonly #nodes: ReadonlyMap<string, PluginNode>;
  readonly #clock: Clock;
  readonly #events: RuntimeEvents;
  #timer: Disposable | undefined;

  constructor(
    inFlight: ReadonlyMap<string, PhaseInFlight>,
    nodes: ReadonlyMap<string, PluginNode>,
    options: { readonly clock: Clock; readonly events: RuntimeEvents },
  ) {
    this.#inFlight = inFlight;
    this.#nodes = nodes;
    this.#clock = options.clock;
    this.#events = options.events;
  }

  /** To be called when phases may have begun or ended: the watch runs while there are any. */
  look(): void {
    if (this.#inFlight.size === 0) this.end();
    else this.#timer ??= this.#clock.setTimeout(() => this.#tell(), EVERY_MS);
  }

  end(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #tell(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const { node, phase, began } of this.#inFlight.values()) {
      const elapsedMs = now - began;
      if (elapsedMs < EVERY_MS) continue;
      const waiting = this.#waitingFor(node);
      this.#events.emit({ type: "plugin_slow", time: this.#clock.now(), plugin: node.name, phase, elapsedMs, waiting });
    }
    this.look();
  }

  /** Its dependents that have not started, then those whose barrier it holds; on the way down, its dependencies. */
  #waitingFor(node: PluginNode): string[] {
    const waiting = new Set<string>();
    const note = (other: PluginNode): void => void (waiting.size < NAMES_SHOWN && waiting.add(other.name));
    if (node.state === "stopping") {
      for (const dependency of node.dependencies) note(dependency);
      return [...waiting];
    }
    for (const dependent of node.dependents) if (dependent.state === "registered") note(dependent);
    for (const other of this.#nodes.values()) if (other.state === "registered" && other.level > node.level) note(other);
    return [...waiting];
  }
}
