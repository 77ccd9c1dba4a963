/**
 * How often values fell where, over a range that grows with them: bins of equal width over [−reach, reach], with reach a
 * power of two, so that growing is pairs of bins becoming one. Values that are not finite are counted apart.
 */
export interface Histogram {
  readonly reach: number;
  readonly counts: Float64Array;
  readonly least: number;
  readonly most: number;
  readonly total: number;
  readonly notFinite: number;
}

const BINS = 4096;

export const emptyHistogram: Histogram = {
  reach: 2 ** -20,
  counts: new Float64Array(BINS),
  least: Infinity,
  most: -Infinity,
  total: 0,
  notFinite: 0,
};

/** The histogram with more values in it. What is added in what order makes no difference. */
export function addValues(to: Histogram, values: ArrayLike<number>): Histogram {
  let { least, most, total, notFinite } = to;
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (!Number.isFinite(v)) notFinite++;
    else {
      total++;
      if (v < least) least = v;
      if (v > most) most = v;
    }
  }
  if (total === 0) return { ...to, notFinite };
  const needed = Math.max(Math.abs(least), Math.abs(most));
  let { reach } = to;
  let counts: Float64Array = to.counts.slice();
  // The last bin ends before the reach, so a value of the reach itself wants the next one.
  while (needed >= reach) {
    counts = paired(counts);
    reach *= 2;
  }
  const perUnit = BINS / (2 * reach);
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (Number.isFinite(v)) counts[Math.floor(v * perUnit + BINS / 2)]++;
  }
  return { reach, counts, least, most, total, notFinite };
}

/** Twice the reach in as many bins. */
function paired(counts: Float64Array): Float64Array {
  const result = new Float64Array(BINS);
  for (let i = 0; i < BINS; i++) result[BINS / 4 + (i >> 1)] += counts[i];
  return result;
}

/** The middle of a bin, within the values seen. */
export function middleOf(histogram: Histogram, bin: number): number {
  const width = (2 * histogram.reach) / BINS;
  return Math.min(histogram.most, Math.max(histogram.least, -histogram.reach + (bin + 0.5) * width));
}
