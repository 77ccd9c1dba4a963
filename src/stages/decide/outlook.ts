import type { Audit } from "../../record/dataset.ts";
import type { Evaluation } from "../../record/evaluation.ts";
import { isKnown } from "../../stats/estimate.ts";

/** Quality of one recipe trained on parts of the rows and judged on the same rows: where more data would lead. */
export interface LearningCurve {
  readonly metric: string;
  readonly points: readonly { readonly rows: number; readonly value: number }[];
}

/** Below this gain per doubling of the rows a learning curve counts as flat. */
const FLAT = 0.01;
/** Share of the rows of two classes that are taken for each other, above which they count as not told apart. */
const MIXED = 0.3;
const LOW_AGREEMENT = 0.8;

/**
 * Expected value at `rows` by the power law error = a·n^(−b), fitted by least squares in logarithms (Cortes et al. 1993);
 * undefined with fewer than two points or where the error does not fall.
 */
export function extrapolate(curve: LearningCurve, rows: number): number | undefined {
  const points = curve.points
    .filter((p) => p.value < 1)
    .map((p) => ({ x: Math.log(p.rows), y: Math.log(1 - p.value) }));
  if (points.length < 2) return undefined;
  const mx = points.reduce((s, p) => s + p.x, 0) / points.length;
  const my = points.reduce((s, p) => s + p.y, 0) / points.length;
  const sxx = points.reduce((s, p) => s + (p.x - mx) ** 2, 0);
  const slope = points.reduce((s, p) => s + (p.x - mx) * (p.y - my), 0) / sxx;
  if (!(slope < 0)) return undefined;
  return 1 - Math.exp(my + slope * (Math.log(rows) - mx));
}

export function printCurve(curve: LearningCurve): string {
  return curve.points.map((p) => `${p.value.toFixed(3)} at ${p.rows}`).join(", ");
}

/** What more rows would be expected to buy. */
export function moreData(curve: LearningCurve): string {
  const last = curve.points[curve.points.length - 1];
  const doubled = extrapolate(curve, last.rows * 2);
  if (doubled === undefined || doubled - last.value < FLAT) {
    return `More rows would be expected to buy little: the learning curve is flat (${printCurve(curve)} rows).`;
  }
  const fourfold = extrapolate(curve, last.rows * 4) as number;
  return (
    `More rows would be expected to help: ${curve.metric} of about ${doubled.toFixed(2)} with twice the rows and ` +
    `${fourfold.toFixed(2)} with four times (learning curve: ${printCurve(curve)} rows).`
  );
}

/** What stands in a confusion where nothing was wanted, or nothing was found. */
const NOTHING = "—";

/** Pairs of classes that the best model takes for each other so often that they may be one class, or need a rule. */
export function mixedPairs(evaluation: Evaluation): { a: string; b: string; share: number }[] {
  const supports = new Map(evaluation.slices.map((s) => [s.name, s.n]));
  const both = new Map<string, { a: string; b: string; n: number }>();
  for (const { truth, predicted, n } of evaluation.confusions) {
    if (truth === NOTHING || predicted === NOTHING) continue;
    const [a, b] = truth < predicted ? [truth, predicted] : [predicted, truth];
    const key = JSON.stringify([a, b]);
    const pair = both.get(key) ?? { a, b, n: 0 };
    both.set(key, { ...pair, n: pair.n + n });
  }
  return [...both.values()].flatMap(({ a, b, n }) => {
    const rows = (supports.get(`label=${a}`) ?? 0) + (supports.get(`label=${b}`) ?? 0);
    return rows > 0 && n / rows >= MIXED ? [{ a, b, share: n / rows }] : [];
  });
}

/** The worst of these pairs, in words. */
export function notToldApart(evaluation: Evaluation): string[] {
  const items = evaluation.kind === "classify" ? "rows" : "spans";
  return mixedPairs(evaluation)
    .slice(0, 3)
    .map(
      ({ a, b, share }) =>
        `"${a}" and "${b}" cannot be told apart: ${(100 * share).toFixed(0)} % of their ${items} are taken for each other. ` +
        `Merge them, or write down what sets them apart and label again.`,
    );
}

/** Signs that a small specialist is the wrong tool: each is a measurement, none a guess. */
export function openness(
  audit: Audit,
  best: Evaluation,
  bar: number,
  metric: string,
  curve: LearningCurve | null,
): string[] {
  const signs: string[] = [];
  if (audit.agreement !== null && audit.agreement.share < LOW_AGREEMENT) {
    signs.push(
      `People who labelled the same text agree on ${(100 * audit.agreement.share).toFixed(0)} % of pairs: no model can be ` +
        `expected to do better than the labels agree.`,
    );
  }
  signs.push(...notToldApart(best));
  const figure = best.quality[metric];
  if (figure !== undefined && isKnown(figure) && bar - figure.high > 0.1 && curve !== null) {
    const last = curve.points[curve.points.length - 1];
    const doubled = extrapolate(curve, last.rows * 2);
    if (doubled === undefined || doubled - last.value < FLAT) {
      signs.push(
        "This task looks too open for a small model: no rung comes near the bar and more rows hardly help. " +
          "Prove first with a large model that it can be done at all.",
      );
    }
  }
  return signs;
}
