/** The double with the fewest digits that is this float32, so that what was written as 0.1 reads as 0.1. */
export function shortest(f: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(f.toPrecision(digits));
    if (Math.fround(candidate) === f) return candidate;
  }
  return f;
}
