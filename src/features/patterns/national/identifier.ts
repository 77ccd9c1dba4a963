import { luhn, weighted } from "../checksums.ts";

/** A number or code that a country gives to a person or firm. */
export interface Identifier {
  /** Name of the pattern: country (ISO 3166) and the usual short name. */
  readonly name: string;
  readonly about: string;
  /** The written form, as an expression without boundaries; separators included, every repetition bounded. */
  readonly form: string;
  /** Whether the compact form (digits and capital letters) can have been given out. */
  readonly check: Check;
  /** Who says so. */
  readonly source: string;
}

export type Check = (compact: string) => boolean;

export function all(...checks: readonly Check[]): Check {
  return (value) => checks.every((check) => check(value));
}

export const luhnCheck: Check = luhn;

/**
 * The last digit is a function of a weighted sum of those before it, s = Σ w·d mod m:
 * as it stands ("plain") or m − s ("complement"). A result of ten or more is `ten`, or refused without it.
 */
export function lastDigit(weights: readonly number[], m: number, result: "plain" | "complement", ten?: number): Check {
  return (value) => {
    const rest = weighted(value, weights) % m;
    const raw = result === "plain" ? rest : (m - rest) % m;
    const digit = raw >= 10 ? ten : raw;
    return digit !== undefined && value.charCodeAt(weights.length) - 48 === digit;
  };
}

/** Σ w·d over all digits is a multiple of m. */
export function multiple(weights: readonly number[], m: number): Check {
  return (value) => weighted(value, weights) % m === 0;
}

/**
 * A birthday in the first digits: `order` names their positions (D, M, Y); `offsets` are what may be added to the
 * month or day to tell centuries and sexes apart.
 */
export function born(order: string, monthOffsets: readonly number[] = [0], dayOffsets: readonly number[] = [0]): Check {
  return (value) => {
    const part = (letter: string): number =>
      [...order].reduce((n, c, i) => (c === letter ? n * 10 + value.charCodeAt(i) - 48 : n), 0);
    const [day, month] = [part("D"), part("M")];
    return (
      monthOffsets.some((o) => month - o >= 1 && month - o <= 12) &&
      dayOffsets.some((o) => day - o >= 1 && day - o <= 31)
    );
  };
}

/** Not one digit all over, as nobody is given. */
export const varied: Check = (value) => !/^(.)\1{5,25}$/.test(value);
