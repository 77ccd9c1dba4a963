import type { Statistic } from "../../stats/bootstrap.ts";

/** Σ w·value / Σ w of weighted items. */
export function meanOf(values: readonly number[]): Statistic {
  return ratioOf(
    values,
    values.map(() => 1),
  );
}

/** Σ w·part / Σ w·whole of weighted items. */
export function ratioOf(part: readonly number[], whole: readonly number[]): Statistic {
  return (weights) => {
    let parts = 0;
    let wholes = 0;
    for (let i = 0; i < part.length; i++) {
      parts += weights[i] * part[i];
      wholes += weights[i] * whole[i];
    }
    return parts / wholes;
  };
}
