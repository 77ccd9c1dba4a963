import { type Tensor, tensor } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Node, Value } from "../ir.ts";
import { folded } from "../rewrite/fold.ts";

/** Which node of a growing graph made a value; each node is looked at once. */
export class Makers {
  readonly #b: Builder;
  readonly #made = new Map<Value, Node>();
  #seen = 0;

  constructor(b: Builder) {
    this.#b = b;
  }

  of(value: Value): Node | undefined {
    for (const { nodes } = this.#b; this.#seen < nodes.length; this.#seen++) {
      const node = nodes[this.#seen];
      for (const v of node.outputs) if (v !== undefined) this.#made.set(v, node);
    }
    return this.#made.get(value);
  }
}

/** More nodes than any exporter makes a condition of. */
const MOST_NODES = 64;

/** What a value is whatever is fed, where constants and sizes that are known say so; undefined where they do not. */
export function settled(makers: Makers, value: Value, left = { nodes: MOST_NODES }): Tensor | undefined {
  if (value.tensor !== undefined) return value.tensor;
  const whole = value.content?.every((d) => Number.isSafeInteger(d)) === true;
  if (whole && (value.type === "int64" || value.type === "int32")) {
    const numbers = value.content as readonly number[];
    const data = value.type === "int64" ? BigInt64Array.from(numbers, BigInt) : Int32Array.from(numbers);
    return tensor(value.type, value.dims as readonly number[], data);
  }
  const node = makers.of(value);
  if (node === undefined || left.nodes-- <= 0) return undefined;
  const inputs: (Value | undefined)[] = [];
  for (const v of node.inputs) {
    const known = v && settled(makers, v, left);
    if (v !== undefined && known === undefined) return undefined;
    inputs.push(v && { ...v, dims: known!.dims, tensor: known });
  }
  return folded({ ...node, inputs })?.[node.outputs.indexOf(value)];
}
