/**
 * The library's door: open a pack, predict. What comes back is of the pack's kind:
 *
 *   const pack = await open("tickets.whittle");
 *   const answer = await pack.predict("my card was swallowed");
 *   if ("scores" in answer) answer.label;           // classify: the label, its probability, those of the others
 *   else if ("fields" in answer) answer.fields;     // extract: each field's value, and the spans that say so
 *   else answer.text;                               // redact: the text with everything found in it replaced
 *
 * Pseudonyms that mean the same over a corpus need a key: open("letters.whittle", { secret }).
 * Memory can be bounded: open("tickets.whittle", { memory: "256MB" }); several packs share a budget that budgetOf makes.
 */
export { open, type LibraryOptions } from "./workbench/open.ts";
export { budgetOf, type Budget, type BudgetOptions } from "./workbench/memory/budget.ts";
export { Fault, type FaultJson } from "./base/fault.ts";
export type { Opened, PackOptions } from "./predict/pack.ts";
export type { OpenOptions, PredictOptions, ManyOptions } from "./predict/predictor.ts";
export type { PackCard } from "./record/pack.ts";
export type {
  ClassifyPrediction,
  ExtractedSpan,
  ExtractPrediction,
  FieldValue,
  Prediction,
  RedactedSpan,
  RedactPrediction,
} from "./record/prediction.ts";
