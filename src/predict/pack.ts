import { Fault } from "../base/fault.ts";
import type { Engine } from "../engine/port.ts";
import { readPack } from "../packfile/read.ts";
import { type PackCard, packCardSchema, type PackSample } from "../record/pack.ts";
import type { Prediction } from "../record/prediction.ts";
import { jsonPart, type Parts } from "./parts.ts";
import { openPredictor, type OpenOptions, type Predictor } from "./predictor.ts";

/** A pack, opened: verified, checked against its own sample, ready to answer. */
export interface Opened extends Predictor {
  readonly card: PackCard;
  readonly parts: Parts;
  /** The identity of the pack: SHA-256 of its header, which holds every part's. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Probabilities may differ by this much between machines (kernels round differently); labels may not differ at all. */
const DRIFT = 1e-3;

/**
 * Opens a pack file. Every part's SHA-256 is verified; then the sample of its own evaluation is answered again, so that
 * a machine on which the model answers otherwise is found before it serves.
 * @throws Fault `pack/…` for a file that is not whole, `pack/drift` for one that answers otherwise here.
 */
export async function openPack(path: string, engine: Engine, options: OpenOptions = {}): Promise<Opened> {
  const file = readPack(path);
  const card = readCard(file.parts, path);
  const predictor = await openPredictor(file.parts, engine, options);
  try {
    await checkSample(path, predictor, jsonPart(file.parts, "sample.json") as PackSample);
  } catch (fault) {
    await predictor.close();
    throw fault;
  }
  return { ...predictor, card, parts: file.parts, hash: file.hash, sizeBytes: file.size };
}

/** The card of a pack whose parts were read from `path`. */
export function readCard(parts: Parts, path: string): PackCard {
  const card = packCardSchema.safeParse(jsonPart(parts, "pack.json"));
  if (card.success) return card.data;
  throw new Fault("pack/manifest", {
    what: 'the part "pack.json" is not one that this version can read',
    where: `${path}: ${card.error.issues[0].path.join(".")}`,
    why: card.error.issues[0].message,
    remedy: "use the whittle version that made the pack, or a newer one",
  });
}

async function checkSample(path: string, predictor: Predictor, sample: PackSample): Promise<void> {
  for (const { text, prediction } of sample) {
    const now = await predictor.predict(text);
    if (!same(now, prediction)) {
      throw new Fault("pack/drift", {
        what: "the pack answers otherwise on this machine than where it was evaluated",
        where: path,
        why: `a text of its own evaluation got "${now.label}" at ${now.confidence.toFixed(4)}; it was "${prediction.label}" at ${prediction.confidence.toFixed(4)}`,
        remedy: "evaluate the pack on this machine before trusting it, or make it again here",
      });
    }
  }
}

function same(a: Prediction, b: Prediction): boolean {
  return a.label === b.label && Math.abs(a.confidence - b.confidence) <= DRIFT;
}
