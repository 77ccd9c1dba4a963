import { evenly } from "../../base/evenly.ts";
import type { Manifest } from "../../record/manifest.ts";
import { scoreSpans } from "../../spans/score.ts";
import { parseSpans } from "../../spans/span.ts";
import { type AnsweredScores, type Calibration, calibrated } from "../kind.ts";
import { placesIn, temperatureOf } from "../spans.ts";
import { otherCharacters } from "./leaks.ts";

/** How much is taken from the score of "no span", from nothing to what marks nearly anything. */
export const BIASES = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8];

/** Where the stated rate is out of reach, no more than this share of the other characters is given up for it. */
const MOST_OVER_REDACTED = 0.1;

/** Texts that the operating point is chosen on; evenly spaced ones are taken of more. */
const ENOUGH = 2000;

/**
 * The recall-first operating point: the least bias with which no more than the stated share of the texts keeps a leak. Where
 * none reaches it, the one with the fewest leaks among those that do not redact a tenth of everything else.
 */
export function calibrate(rows: readonly AnsweredScores[], manifest: Manifest): Calibration {
  const temperature = temperatureOf(rows, manifest);
  const asked = evenly(rows, ENOUGH);
  const leakRate = manifest.spans?.leakRate ?? 1;
  let best = { bias: 0, leaking: Infinity };
  for (const bias of BIASES) {
    const { leaking, overRedacted } = atBias(asked, calibrated(manifest, { temperature, outsideBias: bias }));
    if (leaking <= leakRate) return { temperature, outsideBias: bias };
    if (overRedacted > MOST_OVER_REDACTED && best.leaking < Infinity) break;
    if (leaking < best.leaking) best = { bias, leaking };
  }
  return { temperature, outsideBias: best.bias };
}

/** Shares: of texts that keep a leak, and of other characters that are redacted. */
function atBias(rows: readonly AnsweredScores[], manifest: Manifest): { leaking: number; overRedacted: number } {
  let leaking = 0;
  let other = 0;
  let over = 0;
  for (const { text, target, scored } of rows) {
    const { characters } = scoreSpans(text, parseSpans(target), placesIn(scored, text, manifest), []);
    if (characters.leaked > 0) leaking++;
    other += otherCharacters(text, characters);
    over += characters.over;
  }
  return { leaking: leaking / Math.max(1, rows.length), overRedacted: over / Math.max(1, other) };
}
