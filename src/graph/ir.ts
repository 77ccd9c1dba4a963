import type { ElementType, Tensor } from "../base/tensor.ts";
import type { Dim } from "./dim.ts";
import type { OpName } from "./op/table.ts";

/**
 * The graph as something one can hold. Everything is plain and immutable; values are wired by identity, and names are
 * labels for people and for the wire.
 *
 * Invariants (`check` holds every graph to them):
 *   1. Every value that a node reads is an input, an initialiser or the output of an earlier node.
 *   2. Every value is made once, and no two share a name.
 *   3. The type and dims of every value are those that the operator's shape rule gives.
 *   4. Every output of the graph is a value of the graph; an output is never an input or an initialiser itself.
 */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly initialisers: readonly Initialiser[];
  /** In an order in which they can run. */
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
}

/** What is known of a value before anything runs. */
export interface Fact {
  readonly type: ElementType;
  readonly dims: readonly Dim[];
  /** For integer scalars and vectors (shapes above all): what is known of each element. */
  readonly content?: readonly (Dim | undefined)[];
}

export interface Value extends Fact {
  readonly name: string;
  /** Present for initialisers alone. */
  readonly tensor?: Tensor;
}

export interface Initialiser extends Value {
  readonly tensor: Tensor;
}

export interface Node {
  readonly op: OpName;
  /** undefined where an optional input is left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly (Value | undefined)[];
  /** Complete: attributes with a default are filled in. */
  readonly attributes: Attributes;
}

/** A graph stands for the body of a loop. */
export type AttributeValue = number | string | readonly number[] | Tensor | Graph;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "data" in value;
}

export function isGraph(value: unknown): value is Graph {
  return typeof value === "object" && value !== null && "nodes" in value;
}

/** `float32[batch, 384]` */
export function printFact(fact: Fact): string {
  return `${fact.type}[${fact.dims.join(", ")}]`;
}

/** A named constant of the compiler's own, as against a parameter that was named by whoever built the graph. */
export function isConstantName(name: string): boolean {
  return name.startsWith("constant_");
}
