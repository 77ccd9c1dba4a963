import { type Graph, type Initialiser, isConstantName, type Node, type Value } from "../ir.ts";

/** A weight that a low-rank adapter can stand beside, and every node that reads it. */
export interface Place {
  readonly name: string;
  readonly weight: Initialiser;
  /** The axis of a matrix that is summed over; undefined for the kernel of a convolution. */
  readonly inner?: 0 | 1;
  readonly readers: readonly Reader[];
}

/** A MatMul, Gemm or Conv whose second input is the weight, as it is or after some Reshapes and Transposes of it. */
export interface Reader {
  readonly node: Node;
  /** In order; empty where the node reads the weight itself. */
  readonly path: readonly Step[];
}

/** One node between a weight and its reader, and where the inner axis lies after it. */
export interface Step {
  readonly node: Node;
  readonly inner: number;
}

/** A float32 weight beside which no adapter can stand, with the reason. */
export interface NoPlace {
  readonly name: string;
  readonly why: string;
}

/**
 * Every float32 weight of two axes and more by whether an adapter can stand beside it: all that reads it must be products
 * or convolutions, and products must sum over one and the same axis of it.
 */
export function placesOf(graph: Graph): (Place | NoPlace)[] {
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const v of new Set(node.inputs)) {
      if (v !== undefined) readers.set(v, [...(readers.get(v) ?? []), node]);
    }
  }
  return graph.initialisers
    .filter((v) => v.type === "float32" && v.dims.length >= 2 && !isConstantName(v.name))
    .map((weight) => placeOf(weight, readers));
}

function placeOf(weight: Initialiser, readers: ReadonlyMap<Value, readonly Node[]>): Place | NoPlace {
  const { name } = weight;
  const direct = readers.get(weight) ?? [];
  if (direct.length > 0 && direct.every((node) => node.op === "Conv" && reads(node, weight))) {
    return { name, weight, readers: direct.map((node) => ({ node, path: [] })) };
  }
  if (weight.dims.length !== 2) return { name, why: "it has more than two axes and is the kernel of no convolution" };
  for (const inner of [0, 1] as const) {
    const found = follow(weight, inner, [], readers);
    if (found !== undefined && found.length > 0) return { name, weight, inner, readers: found };
  }
  return { name, why: "something else than the right side of a product reads it" };
}

/** The readers of a value that holds the weight with its inner axis there; undefined if one of them is of no such kind. */
function follow(
  value: Value,
  inner: number,
  path: readonly Step[],
  readers: ReadonlyMap<Value, readonly Node[]>,
): Reader[] | undefined {
  const found: Reader[] = [];
  for (const node of readers.get(value) ?? []) {
    if (node.op === "Reshape" || node.op === "Transpose") {
      const next = after(node, inner);
      const more = next && follow(node.outputs[0]!, next.inner, [...path, next], readers);
      if (more === undefined) return undefined;
      found.push(...more);
    } else if (reads(node, value) && summed(node) === inner) found.push({ node, path });
    else return undefined;
  }
  return found;
}

function reads(node: Node, value: Value): boolean {
  return node.inputs[1] === value && node.inputs[0] !== value && node.inputs[2] !== value;
}

/** The axis of its second input that a product sums over. */
function summed(node: Node): number | undefined {
  if (node.op === "Gemm") return node.attributes.transB === 1 ? 1 : 0;
  return node.op === "MatMul" ? node.inputs[1]!.dims.length - 2 : undefined;
}

/** A Reshape keeps the axis if it has an axis of the same size with as many elements before it. */
function after(node: Node, inner: number): Step | undefined {
  const [from, to] = [node.inputs[0]!.dims, node.outputs[0]!.dims];
  if (node.op === "Transpose") {
    const perm = (node.attributes.perm as readonly number[] | undefined) ?? from.map((_, i) => from.length - 1 - i);
    return { node, inner: perm.indexOf(inner) };
  }
  const before = (dims: readonly (number | string)[], axis: number): number =>
    dims.slice(0, axis).reduce<number>((n, d) => n * Number(d), 1);
  const axis = to.findIndex((d, i) => d === from[inner] && before(to, i) === before(from, inner));
  return axis < 0 ? undefined : { node, inner: axis };
}
