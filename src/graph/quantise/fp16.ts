import { tensor } from "../../base/tensor.ts";
import { toHalf } from "../half.ts";
import type { Initialiser } from "../ir.ts";
import type { Store } from "./store.ts";

/** Below this many elements a weight is left in float32: the Cast would take more bytes than it saves. */
const LEAST = 64;
/** From here on the nearest half is an infinity. */
const PAST = 65_520;
/** Below, halves are 2⁻²⁴ apart; above, they err by 2⁻¹¹ of a number at most. */
const LEAST_FULL = 2 ** -14;
const STEP = 2 ** -24;
/** Where numbers below err by this much of the whole, digits are lost. */
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
    const size = Math.abs(values[i]);
    if (!(size < PAST)) return `it holds ${values[i]}, and halves end at 65504`;
    squares += size * size;
    if (size >= LEAST_FULL) continue;
    const steps = size / STEP;
    off += ((steps - Math.round(steps)) * STEP) ** 2;
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
