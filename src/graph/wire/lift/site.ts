import { Fault } from "../../../base/fault.ts";
import { float32, type Tensor, tensor } from "../../../base/tensor.ts";
import type { Builder } from "../../build.ts";
import { toHalf } from "../../half.ts";
import type { Value } from "../../ir.ts";
import type { RawAttribute } from "../model.ts";
import { shortest } from "../shortest.ts";

/** A node as a file has it, with its inputs found. */
export interface Site {
  readonly b: Builder;
  readonly op: string;
  /** The operator set that the node is written for. */
  readonly opset: number;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, RawAttribute>>;
  /** Sizes that were opened when the model was read. */
  readonly opened: ReadonlySet<string>;
  /** How many outputs the node names. */
  readonly outputs: number;
}

/** The same node in the form of the operator set that we speak; what is left out stands as it was. */
export interface Renewed {
  readonly op?: string;
  readonly inputs?: readonly (Value | undefined)[];
  readonly attributes?: Readonly<Record<string, RawAttribute>>;
}

/**
 * Lifts a node of an older operator set, or one that we speak only as written out of others. Gives its outputs as values
 * of the builder, or the node in today's form; undefined where it stands as it is.
 */
export type Lift = (site: Site) => readonly Value[] | Renewed | undefined;

export function input(s: Site, i: number): Value {
  const found = s.inputs[i];
  if (found === undefined) throw new Fault("graph/arity", { what: `${s.op} lacks its input ${i}` });
  return found;
}

export const int = (s: Site, name: string, otherwise: number): number => s.attributes[name]?.i ?? otherwise;
export const float = (s: Site, name: string, otherwise: number): number => {
  const given = s.attributes[name]?.f;
  return given === undefined ? otherwise : shortest(given);
};
export const text = (s: Site, name: string, otherwise: string): string => s.attributes[name]?.s ?? otherwise;
export const ints = (s: Site, name: string): readonly number[] | undefined => s.attributes[name]?.ints;

export function refuse(s: Site, why: string, remedy = "export the model again with a newer operator set"): never {
  throw new Fault("graph/unsupported", { what: `${s.op} of this form is not spoken here`, why, remedy });
}

export function without(
  attributes: Readonly<Record<string, RawAttribute>>,
  ...names: readonly string[]
): Record<string, RawAttribute> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

export const intAttribute = (i: number): RawAttribute => ({ i, ints: [], floats: [], strings: [] });
export const textAttribute = (s: string): RawAttribute => ({ s, ints: [], floats: [], strings: [] });

/** A constant scalar of a floating type. */
export function scalarLike(b: Builder, like: Value, value: number): Value {
  return b.constant(filled(like, [], value));
}

function filled(like: Value, dims: readonly number[], value: number): Tensor {
  if (like.type === "float64") return tensor("float64", dims, Float64Array.of(value));
  if (like.type === "float16") return tensor("float16", dims, Uint16Array.of(toHalf(value)));
  return float32(dims, [value]);
}
