import type { Manifest } from "../../record/manifest.ts";
import { normalise } from "../../text/normalise.ts";
import { segment } from "../../text/segment.ts";
import type { Rung } from "../rung.ts";
import { manifestPart } from "./manifest.ts";

/** Rows that a word must stand in before a rule may be made of it. */
const LEAST_ROWS = 2;
/** Weight of the prior in a rule's precision, in rows (m-estimate, Cestnik 1990). */
const PRIOR_ROWS = 2;

/**
 * The humble baseline: for each label the few words that tell it best by chi-square, as a decision list in order of
 * precision; the commonest label otherwise. What a person would write in an afternoon, and what a model has to beat.
 */
export const baseline: Rung = {
  name: "baseline",
  defaults: { wordsPerLabel: 10 },
  seeded: false,
  judge: () => "folds",
  async fit({ train, labels, maxTextLength }, settings) {
    const id = new Map(labels.map((label, i) => [label, i]));
    const rows = train.map((row) => ({ words: wordsOf(row.text), label: id.get(row.target ?? "") as number }));
    const program = keywordRules(rows, labels.length, Number(settings["wordsPerLabel"]));
    const manifest: Manifest = {
      kind: "classify",
      program,
      inputs: [],
      labels: [...labels],
      temperature: 1,
      scopeThreshold: null,
      maxTextLength,
    };
    return { parts: [manifestPart(manifest)], curve: [], found: {} };
  },
};

interface Row {
  readonly words: ReadonlySet<string>;
  readonly label: number;
}

function wordsOf(text: string): Set<string> {
  const folded = normalise(text);
  return new Set(segment(folded).flatMap((s) => (s.kind === "punctuation" ? [] : [folded.slice(s.start, s.end)])));
}

function keywordRules(
  rows: readonly Row[],
  labels: number,
  perLabel: number,
): Extract<Manifest["program"], { type: "rules" }> {
  const total = new Float64Array(labels);
  const counts = new Map<string, Float64Array>();
  for (const { words, label } of rows) {
    total[label]++;
    for (const word of words) {
      const seen = counts.get(word) ?? new Float64Array(labels);
      seen[label]++;
      counts.set(word, seen);
    }
  }
  const precision = (hits: number, of: number, label: number): number =>
    Math.min(0.999, (hits + (PRIOR_ROWS * total[label]) / rows.length) / (of + PRIOR_ROWS));

  const byLabel: { word: string; label: number; chi: number; precision: number }[][] = Array.from(
    { length: labels },
    () => [],
  );
  for (const [word, seen] of counts) {
    const of = seen.reduce((a, b) => a + b);
    if (of < LEAST_ROWS) continue;
    const label = seen.indexOf(seen.reduce((a, b) => Math.max(a, b)));
    const chi = chiSquare(seen[label], of, total[label], rows.length);
    byLabel[label].push({ word, label, chi, precision: precision(seen[label], of, label) });
  }
  const rules = byLabel
    .flatMap((words) => words.sort((a, b) => b.chi - a.chi || (a.word < b.word ? -1 : 1)).slice(0, perLabel))
    .sort((a, b) => b.precision - a.precision || b.chi - a.chi || (a.word < b.word ? -1 : 1))
    .map(({ word, label, precision }) => ({ word, label, precision }));
  const commonest = total.indexOf(total.reduce((a, b) => Math.max(a, b)));
  return {
    type: "rules",
    rules,
    otherwise: { label: commonest, precision: precision(total[commonest], rows.length, commonest) },
  };
}

/** Pearson's χ² of the 2 × 2 table of word present × label, n rows. */
function chiSquare(both: number, word: number, label: number, n: number): number {
  const determinant = both * n - word * label;
  const margins = word * label * (n - word) * (n - label);
  return margins === 0 ? 0 : (n * determinant * determinant) / margins;
}
