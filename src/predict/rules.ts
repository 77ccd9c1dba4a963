import { segment } from "../text/segment.ts";
import { normalise } from "../text/normalise.ts";
import type { KeywordRules } from "../record/manifest.ts";
import type { Scorer } from "./predictor.ts";

/**
 * Keyword rules as a scorer. The rule that answers has its measured precision p as its probability; the rest share
 * 1 − p evenly. Logits are log-probabilities, so that temperature and softmax apply as to any other model.
 */
export function rulesScorer(program: KeywordRules, labels: number): Scorer {
  const byWord = new Map(program.rules.map((rule, order) => [rule.word, { ...rule, order }]));

  function score(text: string): Float32Array {
    let found: { label: number; precision: number; order: number } = { ...program.otherwise, order: Infinity };
    const folded = normalise(text);
    for (const { start, end } of segment(folded)) {
      const rule = byWord.get(folded.slice(start, end));
      if (rule !== undefined && rule.order < found.order) found = rule;
    }
    const logits = new Float32Array(labels).fill(Math.log((1 - found.precision) / Math.max(1, labels - 1)));
    logits[found.label] = Math.log(found.precision);
    return logits;
  }

  return {
    batch: 256,
    score: async (texts) => texts.map((text) => ({ form: "classes", logits: score(text), windows: 1 })),
    close: async () => undefined,
  };
}
