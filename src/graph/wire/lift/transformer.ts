import type { Value } from "../../ir.ts";
import { float, input, int, type Lift, scalarLike, type Site } from "./site.ts";
import { transposed } from "../../gradient/shapes.ts";

/** x / √(mean of x² + ε) · scale over the last axes. */
function rms(s: Site, x: Value, scale: Value, first: number): Value {
  const { b } = s;
  const from = first < 0 ? first + x.dims.length : first;
  const axes = b.ints(x.dims.flatMap((_, i) => (i >= from ? [i] : [])));
  const square = b.op("ReduceMean", [b.op("Mul", [x, x]), axes]);
  const deviation = b.op("Sqrt", [b.op("Add", [square, scalarLike(b, x, float(s, "epsilon", 1e-5))])]);
  return b.op("Mul", [b.op("Div", [x, deviation]), scale]);
}

/** RMSNormalization, and SimplifiedLayerNormalization as the engine's optimiser writes it. */
export const rmsNormalization: Lift = (s) => [rms(s, input(s, 0), input(s, 1), int(s, "axis", -1))];

/** input + skip (+ bias), normalised; the fourth output is the sum. */
export const skipNormalization =
  (simplified: boolean): Lift =>
  (s) => {
    const { b } = s;
    const bias = s.inputs[simplified ? 3 : 4];
    const both = b.op("Add", [input(s, 0), input(s, 1)]);
    const sum = bias === undefined ? both : b.op("Add", [both, bias]);
    const y = simplified
      ? rms(s, sum, input(s, 2), -1)
      : b.op("LayerNormalization", [sum, input(s, 2), s.inputs[3]], { epsilon: float(s, "epsilon", 1e-12) });
    return [y, y, y, sum].slice(0, s.outputs);
  };

/** GELU after a bias, exact or by its tanh. */
export const biasGelu =
  (approximate: "none" | "tanh"): Lift =>
  (s) => {
    const bias = s.inputs[1];
    const x = bias === undefined ? input(s, 0) : s.b.op("Add", [input(s, 0), bias]);
    return [s.b.op("Gelu", [x], { approximate })];
  };

/** α · A′·B′, a prime standing for the transposition of the last two axes that an attribute asks for. */
export const fusedMatMul: Lift = (s) => {
  const { b } = s;
  const side = (i: number, flag: string): Value => (int(s, flag, 0) === 1 ? transposed(b, input(s, i)) : input(s, i));
  const product = b.op("MatMul", [side(0, "transA"), side(1, "transB")]);
  const alpha = float(s, "alpha", 1);
  return [alpha === 1 ? product : b.op("Mul", [product, scalarLike(b, product, alpha)])];
};
