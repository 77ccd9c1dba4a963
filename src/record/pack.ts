import { z } from "zod";
import type { Quality } from "./evaluation.ts";
import { kindNames } from "./task.ts";
import { precisions, rungNames } from "./recipe.ts";
import type { Prediction } from "./prediction.ts";

const quality = z.record(z.string(), z.unknown()).transform((q) => q as Quality);

/**
 * The part "pack.json": who this model is. No times, dates, paths, memory or history: same in, same bytes. The reasons of
 * the decision speak of latency and memory, so they stay in the store.
 */
export const packCardSchema = z.object({
  format: z.literal(1),
  /** Versions that made it. */
  whittle: z.string(),
  engine: z.string(),
  task: z.object({
    name: z.string(),
    kind: z.enum(kindNames),
    about: z.string(),
    /** Names of the columns that the examples came in, as a default for files to be evaluated. */
    columns: z.object({ text: z.string(), label: z.string() }),
  }),
  /** Label → meaning. */
  labels: z.record(z.string(), z.string()),
  recipe: z.object({
    rung: z.enum(rungNames),
    settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
    seed: z.number(),
  }),
  precision: z.enum(precisions),
  /** Whether the bar was held when it was made. */
  held: z.boolean(),
  bar: z.array(z.string()),
  /** Figures by the rows they come from: "folds", "dev", "test". */
  quality: z.record(z.string(), quality),
  /** The rows that the figures come from: how many, and the SHA-256 over their sorted ids; older packs have none. */
  evaluated: z.record(z.string(), z.object({ rows: z.number().int(), sha256: z.string() })).optional(),
  trainedOn: z.object({ rows: z.number().int() }),
});

export type PackCard = z.infer<typeof packCardSchema>;

/** The part "sample.json": predictions of the pack's own evaluation, made again whenever it is opened. */
export type PackSample = readonly { readonly text: string; readonly prediction: Prediction }[];

/** The part "trained.bin": MurmurHash3 of each training text in normal form, Uint32 little endian, sorted, distinct. */
export const TRAINED = "trained.bin";
