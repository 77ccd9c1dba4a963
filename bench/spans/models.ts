import { Fault } from "../../src/base/fault.ts";
import { silent } from "../../src/base/progress.ts";
import type { Engine } from "../../src/engine/port.ts";
import { type AnsweredScores, calibrated } from "../../src/kinds/kind.ts";
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
  readonly parts: ReadonlyMap<string, Uint8Array>;
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
  const named = new Map(parts.map((p) => [p.name, p.bytes]));
  const predictor = await openPredictor(named, engine, { thread: "here" });
  return { predictor, seconds, parts: named, bytes: parts.reduce((sum, p) => sum + p.bytes.byteLength, 0) };
}

const FOLDS = 5;

/**
 * The same with what `make` fits beside the model (temperature, the bias of the kind): on training rows, each answered by a
 * model that was not trained on it.
 */
export async function fitCalibrated(asked: Asked): Promise<Fitted> {
  const { kind, train, engine } = asked;
  const { calibrate } = kindOf(kind);
  const answered: AnsweredScores[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = train.filter((_, i) => i % FOLDS === fold);
    const own = await fit({ ...asked, train: train.filter((_, i) => i % FOLDS !== fold) });
    const scores = await own.predictor.scores(held.map((row) => row.text));
    held.forEach(({ text, target }, i) => {
      const scored = scores[i];
      if (!(scored instanceof Fault) && target !== null) answered.push({ text, target, scored });
    });
    await own.predictor.close();
  }
  const whole = await fit(asked);
  await whole.predictor.close();
  const manifest = calibrated(whole.predictor.manifest, calibrate(answered, whole.predictor.manifest));
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const parts = new Map([...whole.parts, ["model.json", bytes] as const]);
  return { ...whole, predictor: await openPredictor(parts, engine, { thread: "here" }), parts };
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
