import { zeros } from "../base/tensor.ts";
import { completeAttributes, infer } from "../graph/infer.ts";
import type { Dim } from "../graph/dim.ts";
import type { AttributeValue, Fact } from "../graph/ir.ts";
import type { AttributeKind } from "../graph/op/row.ts";
import { isOpName, type OpName, rowOf } from "../graph/op/table.ts";
import { elementTypeOf } from "../graph/wire/fields.ts";
import type { NotedFact, ProgramAttribute, ProgramHeader, ProgramNode } from "../model/readers/header.ts";
import { otherShapes } from "./other-shapes.ts";

/** The sizes that a program leaves open. */
export interface Sizes {
  /** For what is open in the first dimension of an input. */
  readonly batch: number;
  /** For what is open anywhere else: tokens, above all. */
  readonly length: number;
  /** The shapes of inputs by name, where they are known whole. */
  readonly inputs?: Readonly<Record<string, readonly number[]>>;
}

/**
 * The shape of every value of a program at given sizes: by the compiler's own rules where it speaks the operator, else by what the
 * file notes of the value. What neither tells is missing from the answer.
 */
export function programFacts(program: ProgramHeader, sizes: Sizes): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>(program.constants);
  const named = new Map<string, number>();
  for (const input of program.inputs) {
    const known = sizes.inputs?.[input.name];
    const dims = input.dims.map((d, axis): number => {
      if (typeof d === "number" && d > 0) return d;
      const size = known?.[axis] ?? (axis === 0 ? sizes.batch : sizes.length);
      if (typeof d !== "string") return size;
      if (!named.has(d)) named.set(d, size);
      return named.get(d) as number;
    });
    put(facts, input.name, input.dataType, dims);
  }
  let unknowns = 0;
  for (const node of program.nodes) {
    const made = factsOf(node, facts, () => `?${unknowns++}`) ?? [];
    node.outputs.forEach((name, i) => {
      const ruled = made[i] as Fact | undefined;
      const stands = ruled !== undefined && isSized(ruled);
      if (!stands && putNoted(facts, name, program.noted.get(name), named)) return;
      if (ruled !== undefined) facts.set(name, ruled);
    });
  }
  return facts;
}

/** Whether tokens, or another length beside the batch, are left open. */
export function hasOpenLength({ inputs }: ProgramHeader): boolean {
  return inputs.some(({ dims }) => dims.some((d, axis) => axis > 0 && !(typeof d === "number" && d > 0)));
}

export function isSized(fact: Fact): fact is Fact & { readonly dims: readonly number[] } {
  return fact.dims.every((d) => Number.isSafeInteger(d) && (d as number) >= 0);
}

function put(facts: Map<string, Fact>, name: string, dataType: number, dims: readonly number[]): boolean {
  const type = elementTypeOf(dataType);
  if (type !== undefined) facts.set(name, { type, dims });
  return type !== undefined;
}

function putNoted(
  facts: Map<string, Fact>,
  name: string,
  noted: NotedFact | undefined,
  named: ReadonlyMap<string, number>,
): boolean {
  const dims = noted?.dims.map((d) => (typeof d === "string" ? named.get(d) : d));
  if (noted === undefined || dims?.every((d): d is number => d !== undefined && d >= 0) !== true) return false;
  return put(facts, name, noted.dataType, dims);
}

function factsOf(node: ProgramNode, known: ReadonlyMap<string, Fact>, unknown: () => Dim): readonly Fact[] | undefined {
  const inputs = node.inputs.map((name) => (name === "" ? undefined : known.get(name)));
  if (node.inputs.some((name, i) => name !== "" && inputs[i] === undefined)) return undefined;
  const other = Object.hasOwn(otherShapes, node.op) ? otherShapes[node.op] : undefined;
  // The rule for slices counts positions one by one.
  if (node.op === "Slice" && inputs[0]?.dims.some((d) => typeof d === "number" && d > MAX_SLICED)) return undefined;
  try {
    if (other !== undefined) return other(inputs, node);
    if (!isOpName(node.op) || (rowOf(node.op).domain ?? "") !== node.domain) return undefined;
    const most = rowOf(node.op).outputs[1];
    return infer(
      node.op,
      withAxes(node, inputs),
      attributesOf(node.op, node),
      Math.min(node.outputs.length, most),
      unknown,
    );
  } catch {
    // A call that the rules refuse, or did not foresee, has a shape that is not known here. The file is not being run.
    return undefined;
  }
}

const MAX_SLICED = 1 << 22;

/** Lists that older operator sets had as attributes and that are inputs now. */
const onceAttributes = ["axes", "split", "pads"];

function withAxes(node: ProgramNode, inputs: readonly (Fact | undefined)[]): readonly (Fact | undefined)[] {
  if (inputs.length !== 1) return inputs;
  const specs = rowOf(node.op as OpName).attributes;
  const moved = onceAttributes.map((name) => node.attributes[name]).find((value) => Array.isArray(value));
  if (moved === undefined || onceAttributes.some((name) => Object.hasOwn(specs, name))) return inputs;
  const content = moved as readonly number[];
  return [...inputs, { type: "int64", dims: [content.length], content }];
}

function attributesOf(op: OpName, node: ProgramNode): ReturnType<typeof completeAttributes> {
  const given: Record<string, AttributeValue> = {};
  for (const [name, { kind }] of Object.entries(rowOf(op).attributes)) {
    const value = node.attributes[name] as ProgramNode["attributes"][string] | undefined;
    if (value === undefined) continue;
    const read = attributeOf(value, kind);
    if (read !== undefined) given[name] = read;
  }
  return completeAttributes(op, given);
}

function attributeOf(value: ProgramAttribute, kind: AttributeKind): AttributeValue | undefined {
  if (typeof value === "object" && "dataType" in value) {
    // Of a tensor the rules ask for the type alone.
    const type = kind === "tensor" ? elementTypeOf(value.dataType) : undefined;
    return type && zeros(type, [1]);
  }
  if (kind === "type") return typeof value === "number" ? elementTypeOf(value) : undefined;
  const wanted = { int: "number", float: "number", string: "string", ints: "object", tensor: "none", graph: "none" }[
    kind
  ];
  return typeof value === wanted ? value : undefined;
}
