import type { Value } from "../../ir.ts";
import { float32 } from "../../../base/tensor.ts";
import { int, type Lift, input, ints, type Site, text } from "./site.ts";

/** Dequantised by the scale and zero point that follow it. */
const floated = (s: Site, i: number, axis: number): Value => {
  const scale = input(s, i + 1);
  const alone = scale.dims.length === 0 || scale.dims[0] === 1;
  const one = (v: Value): Value => (v.dims.length === 0 ? v : s.b.op("Reshape", [v, s.b.ints([])]));
  return alone
    ? s.b.op("DequantizeLinear", [input(s, i), one(scale), one(input(s, i + 2))])
    : s.b.op("DequantizeLinear", [input(s, i), scale, input(s, i + 2)], { axis });
};

/** Products in whole numbers with scales on both sides: what they say in floating point, quantised again. */
export const quantisedMatMul: Lift = (s) => {
  const product = s.b.op("MatMul", [floated(s, 0, -2), floated(s, 3, -1)]);
  return [s.b.op("QuantizeLinear", [product, input(s, 6), input(s, 7)])];
};

export const quantisedConv: Lift = (s) => {
  const { b } = s;
  const [x, w] = [floated(s, 0, 1), floated(s, 3, 0)];
  const bias = s.inputs[8];
  const scale = b.op("Mul", [input(s, 1), input(s, 4)]);
  const floatBias =
    bias && b.op("Mul", [b.op("Cast", [bias], { to: "float32" }), b.op("Add", [scale, b.constant(float32([1], [0]))])]);
  const product = b.op("Conv", [x, w, floatBias], {
    auto_pad: text(s, "auto_pad", "NOTSET"),
    dilations: ints(s, "dilations"),
    group: int(s, "group", 1),
    kernel_shape: ints(s, "kernel_shape"),
    pads: ints(s, "pads"),
    strides: ints(s, "strides"),
  });
  return [b.op("QuantizeLinear", [product, input(s, 6), input(s, 7)])];
};
