import { tensor } from "../../base/tensor.ts";
import { fromHalf, isFiniteHalf, toHalf } from "../half.ts";
import type { Initialiser } from "../ir.ts";
import type { Store } from "./store.ts";

/** Below this many elements a weight is left in float32: the Cast would take more bytes than it saves. */
const LEAST = 64;
/** Halves err by 2⁻¹² of a number, or by less; where those below 2⁻¹⁴ make it this much of the whole, digits are lost. */
const MOST_ERROR = 1e-3;

/**
 * One weight at half precision: it lies in the file as float16 and is cast to float32 before it is read, so every product is
 * still done in float32. What halves cannot hold stays float32.
 */
export const halfOf: Store = (b, weight) => {
  if (refusesHalf(weight) !== undefined) return undefined;
  const half = b.parameter(
    weight.name,
    tensor("float16", weight.tensor.dims, halves(weight.tensor.data as Float32Array)),
  );
  return {
    whole: (to) => to.op("Cast", [half], { to: "float32" }),
    rows: (to, indices) => to.op("Cast", [to.op("Gather", [half, indices])], { to: "float32" }),
  };
};

/** Why a weight is not kept in halves. */
export function refusesHalf({ tensor: { data } }: Initialiser): string | undefined {
  if (data.length < LEAST) return `${data.length} elements are fewer than ${LEAST}`;
  const values = data as Float32Array;
  let squares = 0;
  let off = 0;
  for (let i = 0; i < values.length; i++) {
    const half = toHalf(values[i]);
    if (!isFiniteHalf(half)) return `it holds ${values[i]}, and halves end at 65504`;
    squares += values[i] ** 2;
    off += (values[i] - fromHalf(half)) ** 2;
  }
  return off > MOST_ERROR ** 2 * squares
    ? "its numbers are too small for halves, which lose digits below 0.00006"
    : undefined;
}

function halves(values: Float32Array): Uint16Array {
  const words = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) words[i] = toHalf(values[i]);
  return words;
}
