import type { Attributes, Graph } from "../ir.ts";
import type { NdArray } from "./array.ts";

/** One run of one operator. */
export interface Application {
  readonly inputs: readonly (NdArray | undefined)[];
  readonly attributes: Attributes;
  readonly outputs: number;
  /** Runs a graph: for operators that hold one. */
  readonly evaluate: (graph: Graph, feeds: Readonly<Record<string, NdArray>>) => Record<string, NdArray>;
}

/** What an operator means: from its inputs to its outputs. */
export type Meaning = (run: Application) => readonly NdArray[];

export function arg(run: Application, i: number): NdArray {
  const a = run.inputs[i];
  if (a === undefined) throw new RangeError(`input ${i} is missing`);
  return a;
}

/** Element by element from one input. */
export const unary =
  (f: (x: number) => number): Meaning =>
  (run) => {
    const x = arg(run, 0);
    return [{ type: x.type, dims: x.dims, data: x.data.map(f) }];
  };

export const intAt = (run: Application, name: string): number => run.attributes[name] as number;
export const intsAt = (run: Application, name: string): readonly number[] | undefined =>
  run.attributes[name] as readonly number[] | undefined;

export const normal = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** The axes of an optional input, counted from the front. */
export function axesAt(run: Application, i: number, rank: number): number[] | undefined {
  const a = run.inputs[i];
  return a === undefined ? undefined : Array.from(a.data, (v) => normal(v, rank));
}
