import type { Engine } from "../../src/engine/port.ts";
import { type Candidate, sizeOfParts } from "../../src/record/candidate.ts";
import { precisions, type Precision } from "../../src/record/recipe.ts";
import { calibrationSample, quantise } from "../../src/stages/quantise/index.ts";
import { memoryStore } from "../../src/store/memory/store.ts";
import type { Fold, Folded } from "./folds.ts";

export interface Form {
  readonly precision: Precision;
  readonly parts: ReadonlyMap<string, Uint8Array>;
  /** Of all parts, in bytes. */
  readonly size: number;
  readonly seconds: number;
}

/** A fold's model at every precision, as the ladder makes them. */
export async function* formsOf({ rung }: Folded, fold: Fold, engine: Engine): AsyncGenerator<Form> {
  const { blobs } = memoryStore();
  const whole: Candidate = {
    recipe: { rung, settings: {}, seed: 1 },
    precision: "fp32",
    trainedOn: "fold",
    parts: [...fold.parts].map(([name, bytes]) => ({ name, sha256: blobs.put(bytes), bytes: bytes.length })),
    curve: [],
  };
  const texts = fold.train.map((row) => row.text);
  for (const precision of precisions) {
    const began = performance.now();
    const made = await quantise(whole, precision, {
      blobs,
      engine,
      seed: 1,
      sample: calibrationSample(texts, 1, precision),
    });
    yield {
      precision,
      parts: new Map(made.parts.map((part) => [part.name, blobs.get(part.sha256)])),
      size: sizeOfParts(made),
      seconds: (performance.now() - began) / 1e3,
    };
  }
}
