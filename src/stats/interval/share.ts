import { undetermined, type Estimate, type Undetermined } from "../estimate.ts";
import { deviate, studentQuantile } from "../special.ts";
import { type Groups, sumsOf } from "../units.ts";
import { clopperPearsonBounds } from "./clopper-pearson.ts";
import { LEVEL, wilson } from "./wilson.ts";

/** Groups with something in them below which a spread between groups says nothing. */
export const LEAST_GROUPS = 10;
/** Wholly failed and wholly successful groups added when the variance is estimated. */
const DOUBT = 0.5;

export interface Grouping {
  /** Which items stand together: their parts and wholes are summed first. */
  readonly groups?: Groups;
  readonly level?: number;
}

interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/**
 * The share Σ part / Σ whole where the units inside a group are not independent: spans of a document, characters of a
 * page, rows of one customer (0 ≤ part ≤ whole, real numbers). The variance is the linearised one of a ratio between
 * groups (Cochran 1977, §6.3), g/(g - 1) · Σ(part - p·whole)² / (Σ whole)², taken with DOUBT typical groups more on
 * either side so that a sample without a miss is not certainty; the ends are those of Korn & Graubard (1998), Clopper &
 * Pearson's for the effective sample p(1 - p)/V with Student's t on the groups (counted by their weight). With every
 * whole equal to 1 it is the mean of values in [0, 1]. An item is a group of its own unless `groups` puts several together;
 * n is the number of items that have anything in them.
 */
export function sharesOfGroups(part: ArrayLike<number>, whole: ArrayLike<number>, grouping: Grouping = {}): Estimate {
  const { level = LEVEL } = grouping;
  const share = shareOf(part, whole, grouping);
  return "undetermined" in share ? share : { ...share, level, method: "korn-graubard" };
}

/** The share of items that are so: Wilson's interval, or where they stand in groups that of `sharesOfGroups`. */
export function shareOfItems(so: readonly boolean[], groups?: Groups): Estimate {
  if (groups === undefined) return wilson(so.filter(Boolean).length, so.length);
  return sharesOfGroups(so.map(Number), new Float64Array(so.length).fill(1), { groups });
}

/**
 * F1 over groups (spans of documents): with J = Σhits/Σ(hits + strays + misses) it is 2J/(1 + J), which rises with J, so
 * the interval of J is carried through.
 */
export function f1OfGroups(
  hits: ArrayLike<number>,
  strays: ArrayLike<number>,
  misses: ArrayLike<number>,
  grouping: Grouping = {},
): Estimate {
  const { level = LEVEL } = grouping;
  const touching = Float64Array.from(hits, (h, i) => h + strays[i] + misses[i]);
  const jaccard = shareOf(hits, touching, grouping);
  if ("undetermined" in jaccard) return jaccard;
  const f1 = (j: number): number => (2 * j) / (1 + j);
  return {
    value: f1(jaccard.value),
    low: f1(jaccard.low),
    high: f1(jaccard.high),
    n: jaccard.n,
    level,
    method: "korn-graubard-jaccard",
  };
}

/** The mean of values that lie in [low, high] by their nature (a Brier loss, a token F1), one an item. */
export function boundedMean(values: ArrayLike<number>, [from, to]: readonly [number, number], level = LEVEL): Estimate {
  const span = to - from;
  const share = shareOf(
    Float64Array.from(values, (x) => (x - from) / span),
    new Float64Array(values.length).fill(1),
    { level },
  );
  if ("undetermined" in share) return share;
  const back = (x: number): number => from + span * x;
  return {
    value: back(share.value),
    low: back(share.low),
    high: back(share.high),
    n: share.n,
    level,
    method: "korn-graubard",
  };
}

function shareOf(
  parted: ArrayLike<number>,
  wholly: ArrayLike<number>,
  { groups, level = LEVEL }: Grouping,
): Share | Undetermined {
  const [part, whole] = [sumsOf(parted, groups), sumsOf(wholly, groups)];
  let parts = 0;
  let wholes = 0;
  let squares = 0;
  let fourths = 0;
  let n = 0;
  for (let i = 0; i < whole.length; i++) {
    const w = whole[i];
    const x = part[i];
    if (!(x >= 0 && x <= w * (1 + 1e-12))) throw new RangeError(`part ${x} of ${w}, group ${i}`);
    if (w === 0) continue;
    n++;
    parts += x;
    wholes += w;
    squares += w * w;
    fourths += w ** 4;
  }
  if (n === 0) return undetermined("nothing to count", 0);
  let items = 0;
  for (let i = 0; i < wholly.length; i++) items += Number(wholly[i] > 0);
  const value = parts / wholes;
  if (n < LEAST_GROUPS) {
    return undetermined(
      `${n} groups are too few to see how they differ, ${LEAST_GROUPS} would do; the plain figure is ${value.toFixed(3)}`,
      items,
    );
  }
  // A group as large as those that carry the weight; with equal groups, the size of each.
  const typical = squares / wholes;
  const doubted = (parts + DOUBT * typical) / (wholes + 2 * DOUBT * typical);
  let residuals = DOUBT * typical * typical * (doubted * doubted + (1 - doubted) ** 2);
  for (let i = 0; i < whole.length; i++) residuals += (part[i] - doubted * whole[i]) ** 2;
  const variance = ((n / (n - 1)) * residuals) / wholes ** 2;
  const freedom = Math.max(1, (squares * squares) / fourths - 1);
  const widening = studentQuantile(0.5 + level / 2, freedom) / deviate(level);
  const effective = (doubted * (1 - doubted)) / (variance * widening * widening);
  const [low, high] = clopperPearsonBounds(effective * value, effective * (1 - value), level);
  return { value, low, high, n: items };
}
