/**
 * npm run bench [-- name…]: runs the benches named, or all, and prints Markdown. A bench is a module beside this one that
 * exports `title` and `run()`; run prints what it measured, or returns it. Peers that are not installed are skipped aloud.
 */
import { readdirSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { nearest } from "../src/base/nearest.ts";
import { version } from "../src/base/version.ts";

interface Bench {
  readonly title: string;
  readonly run: () => Promise<string | void> | string | void;
}

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "run.ts")
  .map((file) => file.slice(0, -".ts".length))
  .sort();

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !known.includes(name));
if (unknown !== undefined) {
  const near = nearest(unknown, known);
  console.error(
    `there is no bench "${unknown}"; ${near === undefined ? `there are ${known.join(", ")}` : `did you mean ${near}?`}`,
  );
  process.exit(2);
}

console.log(`# Bench of whittle ${version}\n`);
console.log(
  `Node ${process.versions.node}, ${cpus()[0]?.model.trim() ?? "an unknown processor"}, ${availableParallelism()} threads, ${(totalmem() / 1e9).toFixed(0)} GB.`,
);

for (const name of asked.length > 0 ? asked : known) await runBench(name);

/** One bench that fails is told, and the others still run. */
async function runBench(name: string): Promise<void> {
  const began = performance.now();
  try {
    const { title, run } = (await import(`./${name}.ts`)) as Bench;
    if (typeof title !== "string" || typeof run !== "function")
      throw new TypeError("it does not export title and run()");
    console.log(`\n## ${title}\n`);
    const told = await run();
    if (typeof told === "string") console.log(told);
    console.log(`\n(${name}, ${((performance.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`\n**${name} failed:** ${error instanceof Error ? error.message : String(error)}`);
    console.error(error);
  }
}
