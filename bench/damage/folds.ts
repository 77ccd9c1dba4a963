import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { random } from "../../src/base/random.ts";
import { silent } from "../../src/base/progress.ts";
import type { Engine } from "../../src/engine/port.ts";
import type { Example } from "../../src/record/dataset.ts";
import type { RungName } from "../../src/record/recipe.ts";
import type { KindName } from "../../src/record/task.ts";
import type { SpanSpec } from "../../src/record/spans.ts";
import { rungOf } from "../../src/rungs/table.ts";
import { foldsOf, groupsOf } from "../spans/rows.ts";

export interface Folded {
  readonly name: string;
  readonly kind: KindName;
  readonly rung: RungName;
  readonly rows: readonly Example[];
  readonly labels: readonly string[];
  readonly spec: SpanSpec | null;
  readonly folds: number;
}

export interface Fold {
  readonly parts: ReadonlyMap<string, Uint8Array>;
  /** Rows that the fold's model was trained on. */
  readonly train: readonly Example[];
  readonly asked: readonly Example[];
}

/** Share of a fold's training rows that it stops early by. */
const WATCHED = 0.1;

/**
 * A model for each fold, trained on the rows of the others; equal and nearly equal texts share a fold. Models are kept in
 * `folder`, where one is given: to train them takes most of the time.
 */
export async function foldModels(folded: Folded, engine: Engine, threads: number, folder?: string): Promise<Fold[]> {
  const { name, kind, rung, rows, labels, spec } = folded;
  const of = foldsOf(groupsOf(rows), folded.folds);
  const result: Fold[] = [];
  for (let fold = 0; fold < folded.folds; fold++) {
    const asked = rows.filter((_, i) => of[i] === fold);
    const others = rows.filter((_, i) => of[i] !== fold);
    const watched = new Set(random(1, `watch ${fold}`).sample(others.length, Math.round(WATCHED * others.length)));
    const train = others.filter((_, i) => !watched.has(i));
    const kept = folder === undefined ? undefined : join(folder, `${name}-${rung}-${fold + 1}-of-${folded.folds}`);
    let parts = kept === undefined ? undefined : read(kept);
    if (parts === undefined) {
      const began = performance.now();
      const trained = rungOf(kind, rung);
      const fitted = await trained.fit(
        { kind, train, watch: others.filter((_, i) => watched.has(i)), labels, maxTextLength: 200_000, spans: spec },
        trained.defaults,
        { engine, seed: 1, threads, progress: silent, checkpoint: { load: () => undefined, save: () => undefined } },
      );
      parts = new Map(fitted.parts.map((p) => [p.name, p.bytes]));
      const seconds = ((performance.now() - began) / 1e3).toFixed(0);
      process.stderr.write(`${name}, ${rung}, fold ${fold + 1} of ${folded.folds}: ${seconds} s\n`);
      if (kept !== undefined) write(kept, parts);
    }
    result.push({ parts, train, asked });
  }
  return result;
}

function read(folder: string): Map<string, Uint8Array> | undefined {
  if (!existsSync(folder)) return undefined;
  return new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

function write(folder: string, parts: ReadonlyMap<string, Uint8Array>): void {
  const partial = `${folder}.partial`;
  mkdirSync(partial, { recursive: true });
  for (const [name, bytes] of parts) writeFileSync(join(partial, name), bytes);
  renameSync(partial, folder);
}
