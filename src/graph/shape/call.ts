import { Fault } from "../../base/fault.ts";
import type { ElementType } from "../../base/tensor.ts";
import { broadcastDim, type Dim, isUnknown } from "../dim.ts";
import { type Attributes, type Fact, printFact } from "../ir.ts";
import { MANY } from "../op/row.ts";
import type { OpName } from "../op/table.ts";

/** One use of an operator, as a shape rule sees it. */
export interface Call {
  readonly op: OpName;
  readonly inputs: readonly (Fact | undefined)[];
  readonly attributes: Attributes;
  /** How many outputs are wanted. */
  readonly outputs: number;
  /** A name for a dimension about which nothing is known; never the same twice in one graph. */
  readonly unknown: () => Dim;
}

/** From what is known of the inputs to what is known of the outputs, or a refusal. */
export type ShapeRule = (call: Call) => readonly Fact[];

export type Content = NonNullable<Fact["content"]>;

/** Contents longer than this are not followed: they are data, not shapes. */
export const CONTENT_LIMIT = 64;

export function refuse(call: Call, why: string): never {
  throw new Fault("graph/shape", {
    what: `${call.op} does not take these inputs: ${call.inputs.map((f) => (f ? printFact(f) : "-")).join(", ")}`,
    why,
    remedy: "correct the shapes or types where the graph is built",
  });
}

export function input(call: Call, i: number): Fact {
  return call.inputs[i] ?? refuse(call, `input ${i} is needed`);
}

export const intOf = (call: Call, name: string): number => call.attributes[name] as number;
export const intsOf = (call: Call, name: string): readonly number[] | undefined =>
  call.attributes[name] as readonly number[] | undefined;

export function isFloat(type: ElementType): boolean {
  return type === "float32" || type === "float64" || type === "float16";
}

export function sameType(call: Call, ...facts: readonly (Fact | undefined)[]): ElementType {
  const type = facts[0]?.type;
  if (type === undefined) return refuse(call, "an input is needed");
  for (const f of facts)
    if (f !== undefined && f.type !== type) refuse(call, `${type} and ${f.type} stand side by side`);
  return type;
}

export function wantType(call: Call, fact: Fact, types: readonly ElementType[]): void {
  if (!types.includes(fact.type)) refuse(call, `${fact.type} is not one of ${types.join(", ")}`);
}

export const same: ShapeRule = (call) => [fact(input(call, 0).type, input(call, 0).dims)];

export const floating: ShapeRule = (call) => {
  if (!isFloat(input(call, 0).type)) refuse(call, "it is defined for floating point alone");
  return same(call);
};

export function axisOf(call: Call, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) refuse(call, `axis ${axis} is not within rank ${rank}`);
  return axis < 0 ? axis + rank : axis;
}

export function broadcast(call: Call, shapes: readonly (readonly Dim[])[]): Dim[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, axis) => {
    let d: Dim = 1;
    for (const shape of shapes) {
      const at = axis - (rank - shape.length);
      if (at < 0) continue;
      d = broadcastDim(d, shape[at]) ?? refuse(call, `dimension ${d} does not broadcast with ${shape[at]}`);
    }
    return d;
  });
}

/** Two sizes that must be the same; a name may turn out to be the number. */
export function agree(call: Call, a: Dim, b: Dim, what: string): void {
  const sure = typeof a === "number" && typeof b === "number";
  if (a !== b && (sure || (typeof a === typeof b && !isUnknown(a) && !isUnknown(b)))) {
    refuse(call, `${what}: ${a} is not ${b}`);
  }
}

/** Holds strides, dilations and paddings to the number of axes that a window slides along. */
export function wantWindow(call: Call, axes: number, kernel: readonly number[]): void {
  const positive = (n: number): boolean => Number.isSafeInteger(n) && n > 0;
  for (const name of ["kernel_shape", "strides", "dilations"]) {
    const given = intsOf(call, name);
    if (given !== undefined && (given.length !== axes || !given.every(positive)))
      refuse(call, `${name} should be ${axes} numbers from 1 on`);
  }
  for (const [name, length] of [
    ["pads", 2 * axes],
    ["output_padding", axes],
  ] as const) {
    const given = intsOf(call, name);
    if (given !== undefined && (given.length !== length || !given.every(Number.isSafeInteger)))
      refuse(call, `${name} should be ${length} numbers`);
  }
  const same = (call.attributes.auto_pad as string).startsWith("SAME");
  if (same && intsOf(call, "dilations")?.some((d) => d !== 1) === true)
    refuse(call, "auto_pad with dilations means one thing to the standard, another to engines; give the paddings");
  if (same && intsOf(call, "strides")?.some((stride, i) => stride > kernel[i]) === true)
    refuse(call, "auto_pad with a stride longer than the kernel is taken otherwise by engines; give the paddings");
  const group = call.attributes.group as number | undefined;
  if (group !== undefined && !positive(group)) refuse(call, "the number of groups is not from 1 on");
}

/** The sizes that a window leaves; one that is larger than its input leaves none. */
export function wantRoom(call: Call, sizes: readonly Dim[]): readonly Dim[] {
  if (sizes.some((d) => typeof d === "number" && d < 1))
    refuse(call, "its window is larger than the input with its padding");
  return sizes;
}

/** The known whole numbers of an integer input, or undefined where any is not known. */
export function numbers(fact: Fact | undefined): number[] | undefined {
  const content = fact?.content;
  if (content === undefined || !content.every((c) => typeof c === "number")) return undefined;
  return content as number[];
}

/** How many elements a vector has, which must be known: the rank of something hangs on it. */
export function lengthOf(call: Call, i: number): number {
  const fact = input(call, i);
  if (fact.dims.length > 1) refuse(call, `input ${i} is not a vector`);
  const n = fact.dims.length === 0 ? 1 : fact.dims[0];
  if (typeof n === "number" && n > MANY) refuse(call, `input ${i} is no shape: it has ${n} elements`);
  return typeof n === "number" ? n : refuse(call, `the length of input ${i} is not known, so neither is a rank`);
}

/** The axes of an optional input, sorted; all axes when it is absent. */
export function axesInput(call: Call, i: number, rank: number): number[] | undefined {
  const fact = call.inputs[i];
  if (fact === undefined) return undefined;
  const known = numbers(fact) ?? refuse(call, "the axes must be constants");
  return known.map((a) => axisOf(call, a, rank)).sort((a, b) => a - b);
}

export function fact(type: ElementType, dims: readonly Dim[], content?: Content): Fact {
  const short = content !== undefined && content.length <= CONTENT_LIMIT && content.some((c) => c !== undefined);
  return short ? { type, dims, content } : { type, dims };
}
