import { Fault } from "../../base/fault.ts";
import { tensor } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import { dimsAlong } from "../gradient/shapes.ts";

/**
 * Dropout whose mask is a function of a seed that is fed (int32), so that a step can be repeated to the bit. The mask is a
 * hash computed in the graph with whole numbers that wrap at 32 bits: r for each row and c for each column are scrambled
 * counters, and an element is kept where the low word of (r + c)², read as a signed number, is at or above a threshold.
 * Two elements of one mask are independent to about 2⁻¹⁶; sites and steps differ by their seeds.
 */
export function dropout(b: Builder, x: Value, rate: number, seed: Value, site: number): Value {
  if (!(rate >= 0 && rate < 1))
    throw new Fault("graph/dropout", { what: `a dropout rate of ${rate} is not within [0, 1)` });
  if (rate === 0) return x;
  const rank = x.dims.length;
  const rows = scrambled(b, x, range(rank - 1), seed, 2 * site);
  const columns = scrambled(b, x, [rank - 1], seed, 2 * site + 1);
  const sum = rank === 1 ? columns : b.op("Add", [rows, columns]);
  const threshold = Math.round((rate - 0.5) * 2 ** 32);
  const kept = b.op("GreaterOrEqual", [b.op("Mul", [sum, sum]), int(b, threshold)]);
  const mask = b.op("Mul", [b.op("Cast", [kept], { to: "float32" }), b.scalar(1 / (1 - rate))]);
  return b.op("Mul", [x, mask]);
}

/** One scrambled counter for each place along some axes of x, shaped to broadcast against x. */
function scrambled(b: Builder, x: Value, axes: readonly number[], seed: Value, stream: number): Value {
  const sizes = axes.map((a) => b.op("Squeeze", [dimsAlong(b, x, [a]), b.ints([0])]));
  const count = sizes.reduce((p, q) => b.op("Mul", [p, q]), b.scalar(1, "int64"));
  const counter = b.op("Cast", [b.op("Range", [b.scalar(0, "int64"), count, b.scalar(1, "int64")])], { to: "int32" });
  const mul = (p: Value, q: Value): Value => b.op("Mul", [p, q]);
  const add = (p: Value, q: Value): Value => b.op("Add", [p, q]);
  // The odd constants are of the golden ratio and of the plastic number, as in Weyl sequences.
  let h = add(
    mul(counter, int(b, 0x9e3779b1)),
    mul(add(seed, int(b, Math.imul(stream + 1, 0x632be5ab))), int(b, 0xc13fa9a9)),
  );
  for (let round = 0; round < 3; round++) {
    // x(2x + 1) permutes the words and carries low bits up; the quotient brings high bits down.
    h = mul(h, add(add(h, h), int(b, 1)));
    h = add(h, b.op("Div", [h, int(b, 65_521)]));
  }
  if (axes.length === 1 && axes[0] === x.dims.length - 1) return h;
  const shape = b.op("Concat", [dimsAlong(b, x, axes), b.ints([1])], { axis: 0 });
  return b.op("Reshape", [h, shape]);
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const int = (b: Builder, value: number): Value => b.constant(tensor("int32", [], Int32Array.of(value | 0)));
