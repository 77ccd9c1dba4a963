import { bytesOf, type Tensor } from "../../../base/tensor.ts";
import type { Builder } from "../../build.ts";
import type { Value } from "../../ir.ts";
import type { Standing } from "../../rewrite/copy.ts";
import type { Site } from "../site.ts";
import type { Settings } from "../spec.ts";

/** Where a quantised graph is being written. */
export interface Writing {
  readonly b: Builder;
  readonly settings: Settings;
  /** From values of the source to those of the new graph. */
  readonly standing: Standing;
  /** Is a Relu all that reads the value? Then what lies below 0 need not be told apart. */
  readonly onlyRelu: (value: Value) => boolean;
  readonly parts: Parts;
  /** Values of the source that stand in 256 levels in the new graph. */
  readonly levelled: Map<Value, Levelled>;
}

/** scale·(codes − zero), with one scale and one zero point. */
export interface Levelled {
  readonly codes: Value;
  readonly scale: Value;
  readonly zero: Value;
}

/** How a node that reads a weight is written anew with its weight in whole numbers. */
export interface FormRow {
  /** Why this form cannot take the node; undefined where it can. */
  readonly refuses: (site: Site, settings: Settings) => string | undefined;
  /** Writes the node; returns what stands for its output. */
  readonly write: (writing: Writing, site: Site) => Value;
}

/** What stands for a weight: w ≈ scales·(codes − zeros). */
export interface SmallParts {
  readonly codes: Tensor;
  readonly scales: Tensor;
  readonly zeros?: Tensor;
}

export interface PartValues {
  readonly codes: Value;
  readonly scales: Value;
  readonly zeros?: Value;
}

/** The small parts that weights become. A weight that several nodes read in one form is made and counted once. */
export class Parts {
  readonly #b: Builder;
  readonly #made = new Map<string, PartValues>();
  /** Bytes of all parts so far. */
  bytes = 0;

  constructor(b: Builder) {
    this.#b = b;
  }

  of(site: Site, form: string, make: () => SmallParts): PartValues {
    const key = `${site.weight.name}.${form}${layout(site)}`;
    let found = this.#made.get(key);
    if (found === undefined) {
      const { codes, scales, zeros } = make();
      const part = (name: string, tensor: Tensor): Value => {
        this.bytes += bytesOf(tensor.data).byteLength;
        return this.#b.parameter(`${key}.${name}`, tensor);
      };
      found = {
        codes: part("codes", codes),
        scales: part("scales", scales),
        ...(zeros && { zeros: part("zeros", zeros) }),
      };
      this.#made.set(key, found);
    }
    return found;
  }
}

/** Parts are laid for those who read them: a weight may be a table here and a product's right side there. */
function layout(site: Site): string {
  if (site.kind === "table") return ".rows";
  return site.kind === "product" && site.channel === 0 ? ".outputs" : "";
}

/** alpha·product + beta·C of a Gemm; any other node's product as it is. */
export function finished(writing: Writing, site: Site, product: Value): Value {
  if (site.node.op !== "Gemm") return product;
  const { b, standing } = writing;
  const { alpha, beta } = site.node.attributes as Readonly<Record<string, number>>;
  const scaled = (v: Value, by: number): Value => (by === 1 ? v : b.op("Mul", [v, b.scalar(by)]));
  const c = site.node.inputs[2];
  const y = scaled(product, alpha);
  return c === undefined ? y : b.op("Add", [y, scaled(standing.get(c)!, beta)]);
}

/** What no form that replaces a product takes. */
export function oddProduct(site: Site): string | undefined {
  if (site.weight.dims.length !== 2)
    return `its weight has ${site.weight.dims.length} dimensions, and a matrix is wanted`;
  if (site.node.attributes.transA === 1) return "its left side is transposed";
  return site.data.dims.length < 2 ? "its left side is a vector" : undefined;
}
