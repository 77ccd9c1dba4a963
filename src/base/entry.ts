import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The file that a worker or a child process starts with, given without its ending. Beside a built module it is the
 * built file; beside a source module (tests, tools) it is the built twin under dist/, as Node 20 runs no TypeScript.
 */
export function entryUrl(from: string, entry: string): URL {
  if (!from.endsWith(".ts")) return new URL(`${entry}.js`, from);
  const source = new URL(`${entry}.ts`, from);
  const built = new URL(source.href.replace(/\/src\/(?!.*\/src\/)/, "/dist/").replace(/\.ts$/, ".js"));
  if (!existsSync(fileURLToPath(built))) throw new Error(`${fileURLToPath(built)} is not built: run npm run build`);
  return built;
}
