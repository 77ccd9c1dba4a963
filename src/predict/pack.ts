import { Fault } from "../base/fault.ts";
import type { Engine } from "../engine/port.ts";
import type { PartEntry } from "../packfile/layout.ts";
import { readPack } from "../packfile/read.ts";
import type { Pack } from "../packfile/verify.ts";
import { type PackCard, packCardSchema, type PackSample } from "../record/pack.ts";
import { kindOf } from "../kinds/table.ts";
import type { Answer } from "../record/answer.ts";
import { jsonPart, type Parts } from "./parts.ts";
import { checkReceipt, receiptOf } from "./receipt.ts";
import { openPredictor, type OpenOptions, type Predictor } from "./predictor.ts";
import type { Room } from "./room.ts";

/** A pack, opened: verified, checked against its own sample, ready to answer. */
export interface Opened extends Predictor {
  readonly card: PackCard;
  readonly parts: Parts;
  readonly entries: readonly PartEntry[];
  /** The identity of the pack: SHA-256 of its header, which holds every part's. */
  readonly hash: string;
  readonly sizeBytes: number;
}

export interface PackOptions extends OpenOptions {
  /** The room of a pack that was read, before anything of it is loaded; refuses one that has none. */
  readonly plan?: (pack: Pack, path: string) => Room;
  /** A public key, PEM or "ed25519:…": the pack is refused unless a receipt that it has signed stands beside it. */
  readonly requireReceipt?: string;
}

/** Probabilities may differ by this much between machines (kernels round differently); labels may not differ at all. */
const DRIFT = 1e-3;

/**
 * Opens a pack file. Every part's SHA-256 is verified; then the sample of its own evaluation is answered again, so that
 * a machine on which the model answers otherwise is found before it serves.
 * @throws Fault `pack/…` for a file that is not whole, `pack/drift` for one that answers otherwise here, `receipt/…` where
 * a receipt is required and does not hold.
 */
export async function openPack(path: string, engine: Engine, options: PackOptions = {}): Promise<Opened> {
  const pack = await openUnproved(path, engine, options);
  try {
    await checkSample(path, pack, sampleOf(pack.parts));
  } catch (fault) {
    await pack.close();
    throw fault;
  }
  return pack;
}

/** The same without the proof by its sample: for whoever makes the proof a finding of its own. */
export async function openUnproved(path: string, engine: Engine, options: PackOptions = {}): Promise<Opened> {
  const file = readPack(path);
  const card = readCard(file.parts, path);
  // Before anything of it is run.
  const { requireReceipt, plan, ...open } = options;
  if (requireReceipt !== undefined) checkReceipt(path, receiptOf(file, card, engine), requireReceipt);
  const room = plan?.(file, path) ?? open.room;
  const predictor = await openPredictor(file.parts, engine, { ...open, room });
  return { ...predictor, card, parts: file.parts, entries: file.entries, hash: file.hash, sizeBytes: file.size };
}

export function sampleOf(parts: Parts): PackSample {
  return jsonPart(parts, "sample.json") as PackSample;
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
    const { answerOf, inWords } = kindOf(predictor.manifest.kind);
    const [now, before] = [answerOf(await predictor.predict(text)), answerOf(prediction)];
    if (!sameAnswer(now, before)) {
      throw new Fault("pack/drift", {
        what: "the pack answers otherwise on this machine than where it was evaluated",
        where: path,
        why: `a text of its own evaluation got "${inWords(now.label)}" at ${now.confidence.toFixed(4)}; it was "${inWords(before.label)}" at ${before.confidence.toFixed(4)}`,
        remedy: "evaluate the pack on this machine before trusting it, or make it again here",
      });
    }
  }
}

/** Whether two answers to one text are the same but for how kernels round. */
export function sameAnswer(a: Answer, b: Answer): boolean {
  return a.label === b.label && Math.abs(a.confidence - b.confidence) <= DRIFT;
}
