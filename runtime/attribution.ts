import { AsyncLocalStorage } from "node:async_hooks";
import { propertyOf } from "./errors.ts";
import { stackForms } from "./host.ts";

export interface AttributedPlugin {
  readonly name: string;
  /** As LoadedPlugin.root. */
  readonly root: string;
}

/** What speaks for a plugin: its module in the stack, the asynchronous context it runs in, or both. */
export type Evidence = "certain" | "stack" | "context";

/**
 * Tells which plugin a stray error belongs to: by the modules in its stack, else by the asynchronous context it was
 * thrown in. Following the context costs nearly nothing on newer runtimes and much on Node 20, so it is a choice.
 */
export class Attributor {
  readonly #context: AsyncLocalStorage<string> | undefined;
  readonly #blamed = new WeakMap<object, string>();
  /** Paths as they stand in stacks, longest first. */
  #modules: readonly { readonly name: string; readonly places: readonly string[] }[] = [];
  #uses: (consumer: string, provider: string) => boolean = () => false;

  constructor(options: { readonly followContext: boolean }) {
    this.#context = options.followContext ? new AsyncLocalStorage() : undefined;
  }

  /** @param uses whether the first plugin depends on the second: then a call from it is its own doing */
  know(plugins: readonly AttributedPlugin[], uses: (consumer: string, provider: string) => boolean): void {
    this.#modules = plugins
      .toSorted((a, b) => b.root.length - a.root.length)
      .map(({ name, root }) => ({ name, places: placesOf(root) }));
    this.#uses = uses;
  }

  /** Calls as this plugin. */
  run<Result>(plugin: string, call: () => Result): Result {
    return this.#context === undefined ? call() : this.#context.run(plugin, call);
  }

  /** The callback, run as this plugin wherever it is called from; what it throws is blamed on it. */
  bind<Arguments extends unknown[], Result>(
    plugin: string,
    callback: (...values: Arguments) => Result,
  ): (...values: Arguments) => Result {
    return (...values) => {
      try {
        return this.run(plugin, () => callback(...values));
      } catch (error) {
        // The innermost callback it passed is where it came from.
        if (typeof error === "object" && error !== null && !this.#blamed.has(error)) this.#blamed.set(error, plugin);
        throw error;
      }
    };
  }

  /** The plugin that a stray error belongs to, and what speaks for it; undefined when nothing does. */
  suspect(error: unknown): { readonly plugin: string; readonly evidence: Evidence } | undefined {
    const context = this.#context?.getStore();
    if (typeof error === "object" && error !== null) {
      const thrower = this.#blamed.get(error);
      if (thrower !== undefined) return { plugin: thrower, evidence: "certain" };
      const plugin = this.#fromStack(stackOf(error));
      if (plugin !== undefined) return { plugin, evidence: context === undefined ? "stack" : "certain" };
    }
    return context === undefined ? undefined : { plugin: context, evidence: "context" };
  }

  /** The plugin whose code is running now, as far as can be told. */
  current(): string | undefined {
    return this.#context?.getStore() ?? this.#fromStack(stackOf(new Error("where am I")));
  }

  /**
   * The innermost plugin in the stack; but a frame in a service that was called by a plugin depending on it is that
   * plugin's doing, so the walk goes outward for as long as consumer calls provider.
   */
  #fromStack(stack: string): string | undefined {
    let blamed: string | undefined;
    for (const line of stack.split("\n")) {
      // The first lines are the message, which may name any file.
      if (!FRAME.test(line)) continue;
      const plugin = this.#modules.find(({ places }) => places.some((place) => line.includes(place)))?.name;
      if (plugin === undefined || plugin === blamed) continue;
      if (blamed !== undefined && !this.#uses(plugin, blamed)) break;
      blamed = plugin;
    }
    return blamed;
  }
}

const FRAME = /^\s*at /;

/** In stacks a file is followed by its line or by a `?` query. */
function placesOf(url: string): string[] {
  const forms = [...stackForms(url)];
  return url.endsWith("/") ? forms : forms.flatMap((form) => [`${form}:`, `${form}?`]);
}

function stackOf(error: object): string {
  const stack = propertyOf(error, "stack");
  return typeof stack === "string" ? stack : "";
}
