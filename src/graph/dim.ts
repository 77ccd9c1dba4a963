import { Fault } from "../base/fault.ts";

/**
 * Dimensions. A symbolic dimension is a polynomial with integer coefficients over named atoms, kept as its canonical
 * text: `batch*sequence`, `2*sequence+1`. Two dimensions with the same text are equal whatever the names stand for.
 * What no polynomial says becomes one atom, `floor(sequence/2)` or `max(a,b)`; an atom that begins with `?` is a
 * dimension about which nothing is known.
 */
export type Dim = number | string;

/** Products of sums grow by powers of their number: past so many letters a dimension is no size but an attack. */
const LONGEST = 8192;
const MOST_PRODUCTS = 4096;

/** Monomial (its atoms sorted and joined by `*`, "" for the constant) to coefficient, zero coefficients left out. */
type Polynomial = ReadonlyMap<string, number>;

const parsed = new Map<string, Polynomial>();

/** Canonical form; refuses nothing: an odd name is one atom. */
export function dim(text: Dim): Dim {
  return typeof text === "number" ? text : print(read(text));
}

export function isUnknown(d: Dim): boolean {
  return typeof d === "string" && d.includes("?");
}

export function add(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  return print(combine(read(a), read(b), 1));
}

export function subtract(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return print(combine(read(a), read(b), -1));
}

export function multiply(a: Dim, b: Dim): Dim {
  // The sum takes the sign off a zero.
  if (typeof a === "number" && typeof b === "number") return a * b + 0;
  const left = read(a);
  const right = read(b);
  if (left.size * right.size > MOST_PRODUCTS) tooLong();
  const result = new Map<string, number>();
  for (const [m, c] of left) for (const [n, d] of right) bump(result, times(m, n), c * d);
  return print(result);
}

export function product(dims: readonly Dim[]): Dim {
  return dims.reduce(multiply, 1);
}

/** floor(a / b): exact where b divides a as a polynomial, else an atom. */
export function divide(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return Math.floor(a / b);
  if (b === 1) return a;
  return exactQuotient(a, b) ?? bounded(`floor(${grouped(a)}/${factor(b)})`);
}

/** A sum in parentheses, so that the atom reads as it is meant. */
function grouped(d: Dim): string {
  return typeof d === "string" && read(d).size > 1 ? `(${d})` : String(d);
}

/** What is divided by stands in parentheses too when it is a product. */
function factor(d: Dim): string {
  return typeof d === "string" && /[*+-]/.test(d) ? `(${d})` : String(d);
}

/** a / b where b divides a as a polynomial. */
export function exactQuotient(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return b !== 0 && a % b === 0 ? a / b : undefined;
  let rest = read(a);
  const divisor = read(b);
  const lead = leading(divisor);
  if (lead === undefined) return undefined;
  const quotient = new Map<string, number>();
  for (;;) {
    const head = leading(rest);
    if (head === undefined) return print(quotient);
    const m = without(head[0], lead[0]);
    if (m === undefined || head[1] % lead[1] !== 0) return undefined;
    const c = head[1] / lead[1];
    bump(quotient, m, c);
    const taken = new Map<string, number>();
    for (const [n, d] of divisor) bump(taken, times(m, n), c * d);
    rest = combine(rest, taken, -1);
  }
}

/** The dimension of two broadcast ones, or undefined where numbers say that they do not fit. */
export function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (typeof a === "number" && typeof b === "number") return undefined;
  // A number above 1 beside a name: the name is that number or 1, and the result is the number either way.
  if (typeof a === "number") return a;
  if (typeof b === "number") return b;
  return bounded(a < b ? `max(${a},${b})` : `max(${b},${a})`);
}

function read(d: Dim): Polynomial {
  if (typeof d === "number") return d === 0 ? new Map() : new Map([["", d]]);
  let found = parsed.get(d);
  if (found === undefined) {
    found = parse(d.replaceAll(" ", ""));
    if (parsed.size > 10_000) parsed.clear();
    parsed.set(d, found);
  }
  return found;
}

function parse(text: string): Polynomial {
  const result = new Map<string, number>();
  for (const [sign, term] of terms(text)) {
    let coefficient = sign;
    const atoms: string[] = [];
    for (const factor of split(term, "*")) {
      if (/^\d+$/.test(factor)) coefficient *= Number(factor);
      else atoms.push(factor);
    }
    bump(result, atoms.sort().join("*"), coefficient);
  }
  return result;
}

function* terms(text: string): Generator<[number, string]> {
  let depth = 0;
  let start = 0;
  let sign = 1;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (i === text.length || (depth === 0 && (c === "+" || c === "-"))) {
      if (i > start) yield [sign, text.slice(start, i)];
      sign = c === "-" ? -1 : 1;
      start = i + 1;
    }
  }
}

function split(text: string, by: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")") depth--;
    if (depth === 0 && text[i] === by) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.filter((p) => p !== "");
}

function print(p: Polynomial): Dim {
  if (p.size === 0) return 0;
  if (p.size === 1 && p.has("")) return p.get("")!;
  let text = "";
  for (const [m, c] of [...p].sort((x, y) => order(x[0], y[0]))) {
    const size = Math.abs(c);
    const body = m === "" ? `${size}` : size === 1 ? m : `${size}*${m}`;
    text += c < 0 ? `-${body}` : text === "" ? body : `+${body}`;
  }
  return bounded(text);
}

function bounded(text: string): string {
  return text.length > LONGEST ? tooLong() : text;
}

function tooLong(): never {
  throw new Fault("graph/dimension", {
    what: "a dimension is too long a sum to be followed",
    why: "it is made of products of sums, and each doubles its length",
    remedy: "give the inputs fixed shapes, or fewer that are named",
  });
}

/** Graded order: more atoms first, then by text. It is a monomial order, so long division ends. */
function order(a: string, b: string): number {
  const da = degree(a);
  const db = degree(b);
  if (da !== db) return db - da;
  return a < b ? -1 : a > b ? 1 : 0;
}

function degree(m: string): number {
  return m === "" ? 0 : split(m, "*").length;
}

function leading(p: Polynomial): [string, number] | undefined {
  return [...p].sort((x, y) => order(x[0], y[0]))[0];
}

function times(m: string, n: string): string {
  if (m === "") return n;
  if (n === "") return m;
  return [...split(m, "*"), ...split(n, "*")].sort().join("*");
}

function without(m: string, n: string): string | undefined {
  const atoms = m === "" ? [] : split(m, "*");
  for (const atom of n === "" ? [] : split(n, "*")) {
    const at = atoms.indexOf(atom);
    if (at < 0) return undefined;
    atoms.splice(at, 1);
  }
  return atoms.join("*");
}

function combine(a: Polynomial, b: Polynomial, sign: number): Polynomial {
  const result = new Map(a);
  for (const [m, c] of b) bump(result, m, sign * c);
  return result;
}

function bump(into: Map<string, number>, monomial: string, by: number): void {
  const value = (into.get(monomial) ?? 0) + by;
  if (value === 0) into.delete(monomial);
  else into.set(monomial, value);
}
