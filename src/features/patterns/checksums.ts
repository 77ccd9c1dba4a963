/** Check digits. Each takes the bare characters and says whether the check holds. */

/** Luhn's mod 10 (ISO/IEC 7812-1 annex B): every second digit from the right doubled, nines cast out. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const d = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? d : d > 4 ? 2 * d - 9 : 2 * d;
  }
  return sum % 10 === 0;
}

/** ISO/IEC 7064 mod 97-10 over digits and letters (A = 10 … Z = 35): the remainder. */
export function mod97(characters: string): number {
  let rest = 0;
  for (let i = 0; i < characters.length; i++) {
    const c = characters.charCodeAt(i);
    rest = c <= 57 ? (rest * 10 + c - 48) % 97 : (rest * 100 + c - 55) % 97;
  }
  return rest;
}

/** ISO/IEC 7064 mod 11,10 over digits, the check digit last. */
export function mod11and10(digits: string): boolean {
  let product = 10;
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (digits.charCodeAt(i) - 48 + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digits.charCodeAt(digits.length - 1) - 48;
}

/** Σ weight · digit. */
export function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * (digits.charCodeAt(i) - 48);
  return sum;
}

/** Verhoeff's check over the dihedral group of order ten (1969): finds every single and nearly every swapped digit. */
export function verhoeff(digits: string): boolean {
  let check = 0;
  for (let i = 0; i < digits.length; i++) {
    const d = digits.charCodeAt(digits.length - 1 - i) - 48;
    check = DIHEDRAL[check][permuted(d, i % 8)];
  }
  return check === 0;
}

/** x ∘ y: rotations below five, reflections from five on. */
const DIHEDRAL = Array.from({ length: 10 }, (_, x) =>
  Array.from({ length: 10 }, (_, y) =>
    x < 5 ? (y < 5 ? (x + y) % 5 : ((x + y) % 5) + 5) : y < 5 ? ((x - y + 5) % 5) + 5 : (x - y + 5) % 5,
  ),
);
const STEP = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

function permuted(d: number, times: number): number {
  for (let i = 0; i < times; i++) d = STEP[d];
  return d;
}
