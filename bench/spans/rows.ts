import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Example } from "../../src/record/dataset.ts";
import type { SpanSpec } from "../../src/record/spans.ts";
import { importFile } from "../../src/stages/data/index.ts";
import { nearDuplicates } from "../../src/text/nearduplicate.ts";

/** The folder of a shared data set; undefined, and said aloud, where it is not here. */
export function sharedData(name: string): string | undefined {
  const folder = resolve(process.env["WHITTLE_SHARED"] ?? "../shared", "data", name);
  if (existsSync(folder)) return folder;
  console.log(`Skipped: ${name} is not here (WHITTLE_SHARED names the folder that holds data/${name}).`);
  return undefined;
}

export const plainSpec: SpanSpec = { fields: {}, categories: {}, patterns: [], leakRate: 1 };

/** Rows as whittle imports them; refused ones are counted aloud. */
export async function rowsOf(folder: string, file: string, spec = plainSpec, column = "spans"): Promise<Example[]> {
  const { examples, refused } = await importFile(join(folder, file), {
    text: "text",
    label: column,
    group: null,
    labels: [],
    maxTextLength: 200_000,
    spans: { spec, offsets: "codepoint" },
  });
  if (refused.length > 0) console.log(`${refused.length} rows of ${file} refused, the first: ${refused[0].why}`);
  // A row that stands in two files is two rows.
  return examples.map((example) => ({ ...example, id: `${file} ${example.id}` }));
}

/** Rows whose texts are equal, or nearly so, share a group. */
export function groupsOf(rows: readonly Example[]): number[] {
  return [...nearDuplicates(rows.map((row) => row.text)).clusters];
}

/** Groups dealt into k folds, the largest first, each to the fold with the fewest rows. */
export function foldsOf(groups: readonly number[], k: number): number[] {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const filled = new Array<number>(k).fill(0);
  const foldOf = new Map<number, number>();
  for (const [group, n] of [...sizes].sort((a, b) => b[1] - a[1] || a[0] - b[0])) {
    const fold = filled.indexOf(Math.min(...filled));
    filled[fold] += n;
    foldOf.set(group, fold);
  }
  return groups.map((group) => foldOf.get(group) as number);
}
