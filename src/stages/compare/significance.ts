import type { Damage } from "../../record/damage.ts";
import type { SpanScore } from "../../spans/score.ts";
import { noDifference, pairedPermutationOf } from "../../stats/paired.ts";
import { groupsAmong, type Item, rightOf } from "./item.ts";
import type { ComparedTask } from "./quality.ts";
import { scoresOf } from "./spans.ts";

const SEED = 1;

/**
 * The two-sided p-value of no difference at all: of labels McNemar's exact test of who was right; of spans the paired permutation
 * test of F1, the two answers of a text being exchanged whole. Texts that both mark alike are the same however they are
 * exchanged: they are summed once and not drawn. Where rows stand in groups, what is exchanged is whole groups, of labels too.
 */
export function significanceOf(items: readonly Item[], task: ComparedTask): Pick<Damage, "p" | "test"> {
  const groups = groupsAmong(items);
  if (task.kind === "classify") return noDifference(rightOf(items, "base", task), rightOf(items, "head", task), groups);
  const base = scoresOf(items, "base", task).map(partsOfF1);
  const head = scoresOf(items, "head", task).map(partsOfF1);
  const differs = base.map(([hits, all], i) => hits !== head[i][0] || all !== head[i][1]);
  const fixed = sum(base.filter((_, i) => !differs[i]));
  const [b, h] = [base, head].map((side) => side.filter((_, i) => differs[i]));
  const differing = groups?.filter((_, i) => differs[i]);
  const f1 = (swapped: Uint8Array, kept: readonly Parts[], other: readonly Parts[]): number => {
    let [hits, all] = fixed;
    for (let i = 0; i < swapped.length; i++) {
      const of = swapped[i] === 1 ? other[i] : kept[i];
      hits += of[0];
      all += of[1];
    }
    return hits / all;
  };
  const exchange = { seed: SEED, groups: differing };
  const p = pairedPermutationOf((swapped) => f1(swapped, h, b) - f1(swapped, b, h), b.length, exchange);
  return { p, test: "paired-permutation" };
}

/** Numerator and denominator of F1 = 2·hits/(2·hits + strays + misses). */
type Parts = readonly [number, number];

function partsOfF1({ exact: { hits, strays, misses } }: SpanScore): Parts {
  return [2 * hits, 2 * hits + strays + misses];
}

function sum(parts: readonly Parts[]): Parts {
  return parts.reduce<Parts>(([a, b], [x, y]) => [a + x, b + y], [0, 0]);
}
