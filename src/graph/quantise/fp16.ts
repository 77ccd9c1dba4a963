import { tensor } from "../../base/tensor.ts";
import { isFiniteHalf, toHalf } from "../half.ts";
import type { Store } from "./store.ts";

/** Below this many elements a weight is left in float32: the Cast would take more bytes than it saves. */
const LEAST = 64;

/**
 * One weight at half precision: it lies in the file as float16 and is cast to float32 before it is read, so every product is
 * still done in float32. A weight with a value past ±65504 stays float32.
 */
export const halfOf: Store = (b, weight) => {
  if (weight.tensor.data.length < LEAST) return undefined;
  const words = halves(weight.tensor.data as Float32Array);
  if (!words.every(isFiniteHalf)) return undefined;
  const half = b.parameter(weight.name, tensor("float16", weight.tensor.dims, words));
  return {
    whole: (to) => to.op("Cast", [half], { to: "float32" }),
    rows: (to, indices) => to.op("Cast", [to.op("Gather", [half, indices])], { to: "float32" }),
  };
};

function halves(values: Float32Array): Uint16Array {
  const words = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) words[i] = toHalf(values[i]);
  return words;
}
