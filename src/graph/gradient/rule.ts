import { Fault } from "../../base/fault.ts";
import type { Builder } from "../build.ts";
import type { Node, Value } from "../ir.ts";

/** A node on the way back: the cotangents of its outputs are known, those of its inputs are asked for. */
export interface Adjoint {
  readonly b: Builder;
  readonly node: Node;
  /** The cotangent of the first output, of its shape. */
  readonly dy: Value;
  /** The cotangents of all outputs; undefined where nothing depends on one. */
  readonly cotangents: readonly (Value | undefined)[];
  /** The first output. */
  readonly y: Value;
  /** An input that must be there. */
  readonly x: (i: number) => Value;
  /** A constant of the type of the first input. */
  readonly k: (value: number) => Value;
}

/**
 * The cotangents of the inputs, each made only when something depends on it. A cotangent has the shape of its input or
 * one that the input broadcasts to: the walk undoes broadcasting, so that no rule has to. undefined: no gradient flows.
 */
export type Rule = (a: Adjoint) => readonly ((() => Value) | undefined)[];

/** Three kinds of row: a rule, no gradient (the output is whole numbers, or flat almost everywhere), or a refusal. */
export type GradientRow = Rule | { readonly none: string } | { readonly refused: string };

export const WHOLE = { none: "its output is whole numbers, a shape or a truth" } as const;
export const FLAT = { none: "it is flat almost everywhere" } as const;

export function refuseGradient(a: Adjoint, why: string): never {
  throw new Fault("graph/no-gradient", {
    what: `no gradient flows through this ${a.node.op}`,
    where: `"${a.y.name}"`,
    why,
  });
}

/** dx from one expression. */
export const one =
  (f: (a: Adjoint) => Value): Rule =>
  (a) => [() => f(a)];

export const mul = (a: Adjoint, p: Value, q: Value): Value => a.b.op("Mul", [p, q]);

/** 1 where the condition holds and 0 elsewhere, in the type of the first input. */
export const mask = (a: Adjoint, condition: Value): Value =>
  a.b.op("Cast", [condition], { to: a.x(0).type as "float32" | "float64" });
