import type { Manifest } from "../../record/manifest.ts";
import type { OperatingPoint } from "../../record/operating.ts";
import { scoreSpans } from "../../spans/score.ts";
import { parseSpans } from "../../spans/span.ts";
import { groupsOf } from "../../stats/units.ts";
import { type AnsweredScores, calibrated } from "../kind.ts";
import { placesIn } from "../spans.ts";
import { BIASES } from "./calibrate.ts";
import { leakFigures } from "./leaks.ts";

/** A row with what a model said of it that was not trained on it, and that model's manifest. */
export interface CurveRow extends AnsweredScores {
  readonly manifest: Manifest;
  readonly group: string | null;
}

/** Leaks and over-redaction at every bias that an operating point may have, and at the one that was chosen. */
export function operatingCurve(
  rows: readonly CurveRow[],
  chosen: { temperature: number; outsideBias: number },
): OperatingPoint[] {
  const { temperature } = chosen;
  const biases = [...new Set([...BIASES, chosen.outsideBias])].sort((a, b) => a - b);
  const texts = rows.map(({ text }) => text);
  const groups = groupsOf(rows.map(({ group }) => group));
  return biases.map((outsideBias): OperatingPoint => {
    const characters = rows.map(({ text, target, scored, manifest }) => {
      const spans = placesIn(scored, text, calibrated(manifest, { temperature, outsideBias }));
      return scoreSpans(text, parseSpans(target), spans, []).characters;
    });
    const { leak_documents, over_redaction } = leakFigures(texts, characters, groups);
    return { outsideBias, leak_documents, over_redaction };
  });
}
