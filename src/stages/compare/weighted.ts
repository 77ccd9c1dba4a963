import type { Statistic } from "../../stats/bootstrap.ts";

/** Σ w·value / Σ w of weighted items. */
export function meanOf(values: readonly number[]): Statistic {
  return ratioOf(
    values,
    values.map(() => 1),
  );
}

/** Σ w·part / Σ w·whole of weighted items. */
export function ratioOf(part: ArrayLike<number>, whole: ArrayLike<number>): Statistic {
  const [upper, lower] = [Float64Array.from(part), Float64Array.from(whole)];
  return (weights) => {
    let parts = 0;
    let wholes = 0;
    for (let i = 0; i < upper.length; i++) {
      parts += weights[i] * upper[i];
      wholes += weights[i] * lower[i];
    }
    return parts / wholes;
  };
}
