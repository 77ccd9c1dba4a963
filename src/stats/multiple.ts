/**
 * Many tests at once, as p-values adjusted so that each can be held against the level as it stands. Both keep the order
 * of their argument and of its values, and never lower one.
 */

/** Holm 1979: bounds the chance of any false refusal, whatever the dependence. p̃₍ᵢ₎ = max over j ≤ i of (m - j + 1)·p₍ⱼ₎. */
export function holm(ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length);
  let running = 0;
  ascending(ps).forEach((index, rank) => {
    running = Math.max(running, Math.min(1, (ps.length - rank) * ps[index]));
    adjusted[index] = running;
  });
  return adjusted;
}

/**
 * Benjamini & Hochberg 1995: bounds the expected share of false refusals among the refusals, for independent or
 * positively dependent tests. p̃₍ᵢ₎ = min over j ≥ i of m·p₍ⱼ₎/j.
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length);
  let running = 1;
  ascending(ps)
    .map((index, rank) => ({ index, rank: rank + 1 }))
    .reverse()
    .forEach(({ index, rank }) => {
      running = Math.min(running, (ps.length * ps[index]) / rank);
      adjusted[index] = running;
    });
  return adjusted;
}

function ascending(ps: readonly number[]): number[] {
  return ps.map((_, i) => i).sort((a, b) => ps[a] - ps[b]);
}
