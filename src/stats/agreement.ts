import { undetermined, type Estimate } from "./estimate.ts";
import { clopperPearsonBounds } from "./interval/clopper-pearson.ts";
import { sharesOfGroups } from "./interval/share.ts";
import { LEVEL } from "./interval/wilson.ts";
import { leaveOut } from "./jackknife.ts";
import { deviate, studentQuantile } from "./special.ts";

/** Half a disagreement is added when the variance is estimated: none seen is not none to come. */
const DOUBT = 0.5;

/** Shares of weighted texts: labels that agree, and labels that would by chance. */
type Shares = (weights: Int32Array) => { readonly agreed: number; readonly chance: number };

/** The labels that several people gave one text, as class ids; a text with fewer than two says nothing about agreement. */
export type Labels = readonly number[];

/** Cohen's kappa (1960) of two annotators over the same texts: (agreement - chance)/(1 - chance), chance from the margins of each. */
export function cohenKappa(first: ArrayLike<number>, second: ArrayLike<number>, level = LEVEL): Estimate {
  const n = first.length;
  if (second.length !== n) throw new RangeError(`${n} labels by the first and ${second.length} by the second`);
  const shares: Shares = (weights) => {
    const margins = new Map<number, [number, number]>();
    let total = 0;
    let agreed = 0;
    for (let i = 0; i < n; i++) {
      const weight = weights[i];
      total += weight;
      if (first[i] === second[i]) agreed += weight;
      marginOf(margins, first[i])[0] += weight;
      marginOf(margins, second[i])[1] += weight;
    }
    let chance = 0;
    for (const [a, b] of margins.values()) chance += (a / total) * (b / total);
    return { agreed: agreed / total, chance };
  };
  return beyondChance(shares, n, level);
}

function marginOf(margins: Map<number, [number, number]>, label: number): [number, number] {
  const known = margins.get(label);
  if (known !== undefined) return known;
  const fresh: [number, number] = [0, 0];
  margins.set(label, fresh);
  return fresh;
}

/**
 * Fleiss' kappa (1971): every text labelled by the same number of people, not always the same ones; chance from the pooled
 * shares of the labels.
 */
export function fleissKappa(texts: readonly Labels[], level = LEVEL): Estimate {
  const raters = texts[0]?.length ?? 0;
  if (texts.some((labels) => labels.length !== raters)) {
    return undetermined("texts have different numbers of labels: Krippendorff's alpha takes those", texts.length);
  }
  return chanceCorrected(texts, level, (pairs, total) => (pairs / total) ** 2);
}

/**
 * Krippendorff's alpha for names (2004, §11): 1 - disagreement observed/expected, whatever the number of labels a text has;
 * texts with one label are left out. Chance is taken without replacement, which matters where labels are few.
 */
export function krippendorffAlpha(texts: readonly Labels[], level = LEVEL): Estimate {
  return chanceCorrected(texts, level, (count, total) => (count * (count - 1)) / (total * (total - 1)));
}

/** The share of pairs of labels on one text that are the same, texts counting alike: what a model can hope to be held to. */
export function pairwiseAgreement(texts: readonly Labels[], level = LEVEL): Estimate {
  const usable = texts.filter((labels) => labels.length >= 2);
  return sharesOfGroups(usable.map(sameness), new Float64Array(usable.length).fill(1), { level });
}

/** Of the ordered pairs of labels of one text, the share that are the same. */
function sameness(labels: Labels): number {
  let same = 0;
  for (const count of tally(labels).values()) same += count * (count - 1);
  return same / (labels.length * (labels.length - 1));
}

function chanceCorrected(
  texts: readonly Labels[],
  level: number,
  chanceOf: (count: number, total: number) => number,
): Estimate {
  const usable = texts.filter((labels) => labels.length >= 2);
  const counted = usable.map((labels) => ({ tally: tally(labels), same: sameness(labels), size: labels.length }));
  const shares: Shares = (weights) => {
    const pooled = new Map<number, number>();
    let total = 0;
    let agreed = 0;
    counted.forEach((text, i) => {
      const weight = weights[i];
      if (weight === 0) return;
      total += weight * text.size;
      agreed += weight * text.size * text.same;
      for (const [label, count] of text.tally) pooled.set(label, (pooled.get(label) ?? 0) + weight * count);
    });
    let chance = 0;
    for (const count of pooled.values()) chance += chanceOf(count, total);
    return { agreed: agreed / total, chance };
  };
  return beyondChance(shares, usable.length, level);
}

/**
 * κ = 1 - D/Dₑ with D the observed and Dₑ the chance disagreement. The ends are Clopper & Pearson's for D at the effective
 * sample D(1 - D)/V, V being the jackknife's variance of κ times Dₑ² (Korn & Graubard 1998), carried back to κ: where
 * hardly anybody disagrees a symmetric interval would be far too short on the side that matters.
 */
function beyondChance(shares: Shares, n: number, level: number): Estimate {
  if (n === 0) return undetermined("no text has two labels", 0);
  const left = leaveOut((weights) => {
    const { agreed, chance } = shares(weights);
    return chance < 1 ? (agreed - chance) / (1 - chance) : NaN;
  }, n);
  if ("undetermined" in left) return left;
  const { agreed, chance } = shares(new Int32Array(n).fill(1));
  const expected = 1 - chance;
  const doubted = ((1 - agreed) * n + DOUBT) / (n + 2 * DOUBT);
  const widening = studentQuantile(0.5 + level / 2, left.freedom) / deviate(level);
  const variance = (left.variance * expected ** 2 + DOUBT / n ** 2) * widening ** 2;
  const effective = (doubted * (1 - doubted)) / variance;
  const [least, most] = clopperPearsonBounds(effective * (1 - agreed), effective * agreed, level);
  return {
    value: left.value,
    low: Math.max(-1, 1 - most / expected),
    high: 1 - least / expected,
    n,
    level,
    method: "jackknife-korn-graubard",
  };
}

function tally(labels: Labels): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
