import type { ModelHeader, TensorInfo } from "../model/readers/header.ts";
import { elementsOf } from "../model/readers/precision.ts";
import type { CacheOptions } from "./cache.ts";
import { type Needs, needsOf, type Packed } from "./needs.ts";
import { atOtherPrecisions, type Other } from "./other-precisions.ts";
import { giveUp, type Option } from "./give-up.ts";
import { type LengthUnit, longestContext, peak, unitOf } from "./longest.ts";
import { runtimeOf, type Runtime } from "./runtime.ts";

/** What a model needs, held against what there is. */
export interface Plan {
  readonly format: ModelHeader["format"];
  /** "llama"; null where the header does not say. */
  readonly architecture: string | null;
  readonly parameters: number;
  readonly fileBytes: number;
  /** The model's own precision, by the bytes that each takes. */
  readonly precisions: readonly Share[];
  /** Every tensor, the largest first. */
  readonly tensors: readonly TensorInfo[];
  readonly options: CacheOptions;
  readonly needs: Needs;
  readonly runtime: Runtime;
  readonly budget: number;
  /** "unknown" where what could be counted fits and something could not be counted. */
  readonly verdict: "fits" | "does not fit" | "unknown";
  /** What lengths are counted in: of a pack the characters of a text. */
  readonly unit: LengthUnit;
  /** null where the model has no length to choose, 0 where none fits. */
  readonly longestContext: number | null;
  readonly trainedContext: number | null;
  readonly others: readonly Other[];
  /** The finest precision that fits with these options; null where none does. */
  readonly best: string | null;
  /** Ways to make it fit; empty where it does. */
  readonly giveUp: readonly Option[];
}

export interface Share {
  readonly precision: string;
  readonly tensors: number;
  readonly bytes: number;
}

/** Where nobody says: the length that a model is asked to look back on at first. */
export const DEFAULT_CONTEXT = 4096;
const DEFAULT_LENGTH = 512;
/** Texts of a batch in predict/. */
export const DEFAULT_TEXTS = 32;

export interface PlanOptions extends Partial<CacheOptions> {
  readonly budget: number;
  /** As in NeedsOptions. */
  readonly pack?: Packed;
}

export function planFit(header: ModelHeader, { budget, pack, ...given }: PlanOptions): Plan {
  const { tensors, architecture } = header;
  const trainedContext = architecture?.trainedContext ?? null;
  const standard =
    header.program === null
      ? Math.min(DEFAULT_CONTEXT, trainedContext ?? DEFAULT_CONTEXT)
      : Math.min(DEFAULT_LENGTH, pack?.longest ?? DEFAULT_LENGTH);
  const options = {
    context: given.context ?? standard,
    batch: given.batch ?? (pack === undefined ? 1 : DEFAULT_TEXTS),
    cache: given.cache ?? "f16",
  } as const;
  const needs = needsOf(header, { ...options, pack });
  const others = atOtherPrecisions(header, { ...options, pack }, budget);
  const fits = peak(needs) <= budget;
  return {
    format: header.format,
    architecture: architecture?.name ?? null,
    parameters: tensors.reduce((sum, t) => sum + elementsOf(t.dims), 0),
    fileBytes: header.fileBytes,
    precisions: sharesOf(header),
    tensors: [...tensors].sort((a, b) => b.bytes - a.bytes),
    options,
    needs,
    runtime: runtimeOf(header, pack !== undefined),
    budget,
    verdict: !fits ? "does not fit" : needs.missing.length > 0 ? "unknown" : "fits",
    unit: unitOf({ pack }),
    longestContext: longestContext(header, { ...options, pack }, budget),
    trainedContext,
    others,
    best: others.find((o) => o.fits)?.precision ?? null,
    giveUp: fits ? [] : giveUp(header, { ...options, pack }, budget),
  };
}

function sharesOf({ tensors }: ModelHeader): Share[] {
  const shares = new Map<string, Share>();
  for (const { precision, bytes } of tensors) {
    const before = shares.get(precision);
    shares.set(precision, { precision, tensors: (before?.tensors ?? 0) + 1, bytes: (before?.bytes ?? 0) + bytes });
  }
  return [...shares.values()].sort((a, b) => b.bytes - a.bytes);
}
