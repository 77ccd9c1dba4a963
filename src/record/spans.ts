import { z } from "zod";
import { fieldTypes } from "../text/values/value.ts";

/** What a task says of the spans that it wants: the fields of extract, the categories of redact. */

export const fieldSchema = z.strictObject({
  type: z.enum(fieldTypes),
  /** Whether a text may hold several values. */
  many: z.boolean(),
  /** Whether a record without it is incomplete. */
  required: z.boolean(),
  /** Order of day and month in dates written with numbers alone; null: day first. */
  format: z.enum(["day-first", "month-first"]).nullable(),
});

export const policies = ["mask", "placeholder", "pseudonym", "keep_first"] as const;

export const categorySchema = z.strictObject({
  /**
   * mask: every letter and digit becomes █ · placeholder: [NAME] · pseudonym: [NAME-1], the same for the same value ·
   * keep_first: the first letters stay.
   */
  policy: z.enum(policies),
  /** Whether a pseudonym means the same in one document, or wherever the same secret key is used. */
  scope: z.enum(["document", "corpus"]),
  /** Letters that keep_first keeps of every word. */
  keep: z.number().int().min(1).max(8),
});

/** A pattern (features/patterns) whose matches count as spans of a label. */
export const patternLabelSchema = z.strictObject({ pattern: z.string(), label: z.string() });

export const spanSpecSchema = z.strictObject({
  /** By label; empty for redact. */
  fields: z.record(z.string(), fieldSchema),
  /** By label; empty for extract. */
  categories: z.record(z.string(), categorySchema),
  /** Matches that are taken beside what the model finds. */
  patterns: z.array(patternLabelSchema),
  /** Share of documents that may keep a leak: what the operating point of redact is chosen for. */
  leakRate: z.number().min(0).max(1),
});

export type FieldSpec = z.infer<typeof fieldSchema>;
export type CategorySpec = z.infer<typeof categorySchema>;
export type SpanSpec = z.infer<typeof spanSpecSchema>;
