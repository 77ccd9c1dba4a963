import { type ElementType, sizeOf, type Tensor, tensor } from "../../base/tensor.ts";
import type { ProgramPort } from "../../engine/port.ts";

/** A row's numbers are at most so many. */
const MOST = 2 ** 26;
const MOST_RANK = 8;

type Dims = readonly (number | string)[];

/**
 * Numbers from JSON as a model's input: a list, lists in lists, or `{ "dims": …, "data": … }`. Where the outermost dimension of
 * the input is missing, the row is the only one of its batch; a flat list is laid as `dims` say, or as the model does.
 * Gives in words why they do not fit.
 */
export function numbersOf(value: unknown, port: ProgramPort, dims?: readonly number[]): Tensor | string {
  const laid = isLaid(value) ? value : undefined;
  const found = flat(laid?.data ?? value);
  if (typeof found === "string") return found;
  const given = laid?.dims ?? (dims !== undefined && found.dims.length === 1 ? dims : found.dims);
  if (sizeOf(given) !== found.numbers.length)
    return `its dims [${given.join(", ")}] want ${sizeOf(given)} numbers, and it has ${found.numbers.length}`;
  return tensorFrom(found.numbers, port, given);
}

/** Numbers in the type of the input and a shape that it takes. */
export function tensorFrom(
  numbers: readonly number[],
  { type, dims }: ProgramPort,
  given: readonly number[] = [numbers.length],
): Tensor | string {
  const fitted = fitting(given, dims);
  if (fitted === undefined) return `it is [${given.join(", ")}], and the model takes ${type} [${dims.join(", ")}]`;
  const bad = numbers.find((v) => !fits(v, type));
  if (bad !== undefined) return `${bad} is no ${type}`;
  const Words = type === "int64" ? null : words[type as keyof typeof words];
  const data = Words === null ? BigInt64Array.from(numbers, BigInt) : Words.from(numbers);
  return tensor(type, fitted, data);
}

const words = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

const bounds: Readonly<Partial<Record<ElementType, readonly [low: number, high: number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  bool: [0, 1],
};

function fits(v: number, type: ElementType): boolean {
  const bound = bounds[type];
  if (bound === undefined) return type === "float64" ? Number.isFinite(v) : Number.isFinite(Math.fround(v));
  return Number.isInteger(v) && v >= bound[0] && v <= bound[1];
}

/** The dims under which the model takes numbers given as `given`; undefined where it does not. */
function fitting(given: readonly number[], wanted: Dims): readonly number[] | undefined {
  const takes = (dims: readonly number[]): boolean =>
    dims.length === wanted.length && dims.every((d, i) => typeof wanted[i] === "string" || wanted[i] === d);
  if (takes(given)) return given;
  const one = [1, ...given];
  if (takes(one)) return one;
  if (given.length !== 1) return undefined;
  // A flat list: one row of a batch, and at most one other dimension that is not known.
  const [n] = given;
  const outer = wanted.map((d, i) => (i === 0 && typeof d === "string" ? 1 : d));
  const known = outer.reduce<number>((product, d) => (typeof d === "number" ? product * d : product), 1);
  const open = outer.filter((d) => typeof d === "string").length;
  if (open > 1 || known === 0) return undefined;
  const dims = outer.map((d) => (typeof d === "number" ? d : n / known));
  return dims.every(Number.isInteger) && sizeOf(dims) === n ? dims : undefined;
}

interface Laid {
  readonly dims: readonly number[];
  readonly data: unknown;
}

function isLaid(value: unknown): value is Laid {
  if (typeof value !== "object" || value === null || !("dims" in value) || !("data" in value)) return false;
  const { dims } = value;
  return (
    Array.isArray(dims) && dims.length <= MOST_RANK && dims.every((d) => Number.isSafeInteger(d) && (d as number) >= 0)
  );
}

/** The numbers of lists in lists, with their dims; a lone number has none. */
function flat(value: unknown): { numbers: number[]; dims: number[] } | string {
  const dims: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = (inner as unknown[])[0]) {
    dims.push(inner.length);
    if (dims.length > MOST_RANK) return `its lists are more than ${MOST_RANK} deep`;
  }
  const numbers: number[] = [];
  const walk = (v: unknown, depth: number): string | undefined => {
    if (depth === dims.length) {
      if (typeof v === "boolean") return void numbers.push(Number(v));
      if (Array.isArray(v)) return "it holds lists of several depths";
      if (typeof v !== "number") return v === null ? "it holds null" : "it holds what is no number";
      if (numbers.push(v) > MOST) return `it holds more than ${MOST} numbers`;
      return undefined;
    }
    if (!Array.isArray(v) || v.length !== dims[depth]) return "its lists are not of one length";
    for (const inner of v) {
      const wrong = walk(inner, depth + 1);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
  return walk(value, 0) ?? { numbers, dims };
}
