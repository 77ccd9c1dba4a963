import { z } from "zod";
import { sha256 } from "../base/hash.ts";
import type { Quality } from "./evaluation.ts";
import { precisions, rungNames } from "./recipe.ts";

/**
 * The candidate that a team stands behind, as a file to be committed: enough to judge another against it on the same rows
 * without its pack, its store or its training data. Texts are not repeated: a row is known by the hash of its text.
 */

export const ACCEPTED_FILE = "accepted.json";

const id = z.string().regex(/^[0-9a-f]{16}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const quality = z.record(z.string(), z.unknown()).transform((q) => q as Quality);
/** [text's id, place of the answer in `labels`, its confidence]. */
const items = z.array(z.tuple([id, z.number().int().min(0), z.number().min(0).max(1)])).max(5_000_000);

export const acceptedSchema = z
  .object({
    format: z.literal(1),
    /** ISO 8601, UTC. */
    at: z.string(),
    by: z.string(),
    why: z.string(),
    pack: z.object({
      hash,
      size_bytes: z.number().int().min(0),
      rung: z.enum(rungNames),
      precision: z.enum(precisions),
      /** Whether it held its bar when it was made. */
      held: z.boolean(),
    }),
    runtime: z.object({ whittle: z.string(), engine: z.string(), machine: z.string() }),
    peak_memory_bytes: z.number().int().nullable(),
    figures: z.object({ ladder: quality.nullable(), later: quality.nullable(), test: quality.nullable() }),
    /** Distinct candidates that had been scored on the sealed test when this was accepted; null where that is unknown. */
    test_openings: z.number().int().nullable(),
    /** SHA-256 over the ids of all rows it was judged on. */
    rows: hash,
    labels: z.array(z.string()).max(5_000_000),
    /** Answers given out of fold, or to dev, when its ladder was climbed. */
    ladder: items,
    /** Answers of the pack itself to rows it was never trained on. */
    later: items,
    /** Rows of the sealed test: no gate may look at them. */
    sealed: z.array(id).max(5_000_000),
  })
  .refine(({ labels, ladder, later }) => [...ladder, ...later].every(([, label]) => label < labels.length), {
    error: "an answer names a label that is not listed",
  });

export type Accepted = z.infer<typeof acceptedSchema>;

/** A row's identity wherever its text is the same, in whichever file and under whichever label it stands. */
export function textId(text: string): string {
  return sha256(text).slice(0, 16);
}

/** One answer a line, so that a change reads as one. */
export function printAccepted(accepted: Accepted): string {
  const { ladder, later, sealed, ...head } = accepted;
  const list = (rows: readonly unknown[]): string =>
    rows.length === 0 ? "[]" : `[\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n")}\n  ]`;
  const open = JSON.stringify(head, null, 2).replace(/\n}$/, "");
  return `${open},\n  "ladder": ${list(ladder)},\n  "later": ${list(later)},\n  "sealed": ${list(sealed)}\n}\n`;
}
