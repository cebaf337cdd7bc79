import type { BlockRunner } from "./code_blocks.ts";

/** Blocks that no test can run, why, and the strongest check there is. A block that is no longer there fails its page. */
export const cannotRun: readonly (BlockRunner & { readonly page: string; readonly why: string })[] = [];
