import { Fault } from "../../src/base/fault.ts";
import { silent } from "../../src/base/progress.ts";
import type { Engine } from "../../src/engine/port.ts";
import { kindOf } from "../../src/kinds/table.ts";
import { openPredictor, type Predictor } from "../../src/predict/predictor.ts";
import type { Example } from "../../src/record/dataset.ts";
import type { RungName } from "../../src/record/recipe.ts";
import type { SpanSpec } from "../../src/record/spans.ts";
import { rungOf } from "../../src/rungs/table.ts";
import { parseSpans, type Span } from "../../src/spans/span.ts";

export interface Asked {
  readonly kind: "extract" | "redact";
  readonly rung: RungName;
  readonly train: readonly Example[];
  readonly watch: readonly Example[];
  readonly labels: readonly string[];
  readonly spec: SpanSpec;
  readonly engine: Engine;
  readonly threads: number;
  /** In place of the rung's own, where told. */
  readonly settings?: Readonly<Record<string, number>>;
}

export interface Fitted {
  readonly predictor: Predictor;
  readonly seconds: number;
  /** Bytes of the parts, unquantised. */
  readonly bytes: number;
}

/** A rung as `make` fits it, opened as a pack is opened. */
export async function fit({
  kind,
  rung,
  train,
  watch,
  labels,
  spec,
  engine,
  threads,
  settings,
}: Asked): Promise<Fitted> {
  const trained = rungOf(kind, rung);
  const began = performance.now();
  const material = { kind, train, watch, labels, maxTextLength: 200_000, spans: spec };
  const { parts } = await trained.fit(
    material,
    { ...trained.defaults, ...settings },
    {
      engine,
      seed: 1,
      threads,
      progress: silent,
      checkpoint: { load: () => undefined, save: () => undefined },
    },
  );
  const seconds = (performance.now() - began) / 1e3;
  const predictor = await openPredictor(new Map(parts.map((p) => [p.name, p.bytes])), engine, { thread: "here" });
  return { predictor, seconds, bytes: parts.reduce((sum, p) => sum + p.bytes.byteLength, 0) };
}

/** What a predictor finds in each row; a row that it refuses has nothing found in it. */
export async function found({ predictor }: Fitted, rows: readonly Example[]): Promise<Span[][]> {
  const { answerOf } = kindOf(predictor.manifest.kind);
  const said = await predictor.predictMany(rows.map((row) => row.text));
  return said.map((one) => (one instanceof Fault ? [] : [...parseSpans(answerOf(one).label).spans]));
}

export function labelsOf(rows: readonly Example[]): string[] {
  return [...new Set(rows.flatMap(({ target }) => parseSpans(target ?? "[]").spans.map((s) => s.label)))].sort();
}
