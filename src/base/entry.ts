import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The file that a worker or a child process starts with, given without its ending. Beside a built module it is the
 * built file; beside a source module (tests, tools) it is the built twin under dist/, as Node 20 runs no TypeScript.
 */
export function entryUrl(from: string, entry: string): URL {
  const built = builtEntry(from, entry);
  if (built === undefined) throw new Error(`${entry} of ${fileURLToPath(from)} is not built: run npm run build`);
  return built;
}

/** The same, or undefined where the sources have not been built: for callers that can do without. */
export function builtEntry(from: string, entry: string): URL | undefined {
  if (!from.endsWith(".ts")) return new URL(`${entry}.js`, from);
  const source = new URL(`${entry}.ts`, from);
  const built = new URL(source.href.replace(/\/src\/(?!.*\/src\/)/, "/dist/").replace(/\.ts$/, ".js"));
  return existsSync(fileURLToPath(built)) ? built : undefined;
}
