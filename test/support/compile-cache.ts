import { join } from "node:path";

/**
 * For the environment of child processes that run our sources: Node keeps there what it has stripped and compiled, which halves the start of the next one.
 * It goes by content, so what was edited is compiled anew; where it cannot be written, nothing is kept.
 */
export const compileCache: Readonly<Record<string, string>> = {
  NODE_COMPILE_CACHE: join(import.meta.dirname, "..", "..", "node_modules", ".cache", "test-children"),
};
