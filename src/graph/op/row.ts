import type { ElementType, Tensor } from "../../base/tensor.ts";
import type { Graph } from "../ir.ts";

/** One operator: how many inputs and outputs it takes and which attributes it knows. */
export interface OpRow {
  /** The standard ONNX domain when absent. */
  readonly domain?: "com.microsoft";
  readonly inputs: Arity;
  readonly outputs: Arity;
  readonly attributes: Readonly<Record<string, AttributeSpec>>;
}

export type Arity = readonly [least: number, most: number];

export interface AttributeKinds {
  int: number;
  float: number;
  string: string;
  ints: readonly number[];
  /** An element type by its name; its number on the wire. */
  type: ElementType;
  tensor: Tensor;
  graph: Graph;
}
export type AttributeKind = keyof AttributeKinds;

/** Without a default the attribute may be absent; `required` says that it may not. */
export interface AttributeSpec<K extends AttributeKind = AttributeKind> {
  readonly kind: K;
  readonly default?: AttributeKinds[K];
  readonly required?: true;
}

export const int = (value?: number): AttributeSpec<"int"> => ({ kind: "int", default: value });
export const float = (value?: number): AttributeSpec<"float"> => ({ kind: "float", default: value });
export const string = (value?: string): AttributeSpec<"string"> => ({ kind: "string", default: value });
export const ints = (value?: readonly number[]): AttributeSpec<"ints"> => ({ kind: "ints", default: value });
export const tensorAttribute = (): AttributeSpec<"tensor"> => ({ kind: "tensor" });
export const requiredInt = (): AttributeSpec<"int"> => ({ kind: "int", required: true });
export const requiredType = (): AttributeSpec<"type"> => ({ kind: "type", required: true });

export function row<A extends Readonly<Record<string, AttributeSpec>>>(
  inputs: Arity | number,
  attributes: A,
  outputs: Arity | number = 1,
): { readonly inputs: Arity; readonly outputs: Arity; readonly attributes: A } {
  const arity = (a: Arity | number): Arity => (typeof a === "number" ? [a, a] : a);
  return { inputs: arity(inputs), outputs: arity(outputs), attributes };
}

/** No limit to the number of inputs or outputs that anyone means; a file that claims more is refused. */
export const MANY = 4096;
