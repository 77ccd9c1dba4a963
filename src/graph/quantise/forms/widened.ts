import { float32, tensor } from "../../../base/tensor.ts";
import type { Builder } from "../../build.ts";
import { toHalf } from "../../half.ts";
import type { Value } from "../../ir.ts";
import type { Site } from "../site.ts";
import type { Settings } from "../spec.ts";
import type { Stored } from "../store.ts";
import { fitted, packed } from "./block.ts";

/**
 * A weight in blocks that no kernel of the engine reads: bytes [rows, blocks, block·bits/8] and a scale a block, taken
 * apart by standard operators on constants, which the engine folds once, when it loads the model:
 *
 *   two codes a byte: high = ⌊byte/16⌋, low = byte − 16·high;   w = scale·(code − zero)
 */
export function widenedBlocks(b: Builder, site: Site, settings: Settings, bits: 4 | 8): Stored {
  const { weight } = site;
  const { block } = settings;
  const { rows, columns, groups, codes, scales, zeros, half } = fitted(site, settings, bits);
  const padded = groups * block;
  const bytes = packed(codes, rows, columns, padded, bits, 2 ** (bits - 1));
  const small = b.parameter(weight.name, tensor("uint8", [rows, (padded * bits) / 8], bytes));
  const dims = [rows, groups, 1];
  const scale = b.parameter(
    `${weight.name}.scale`,
    half ? tensor("float16", dims, Uint16Array.from(scales, toHalf)) : float32(dims, scales),
  );
  const zero = settings.zeroPoints
    ? b.parameter(`${weight.name}.zero`, tensor("uint8", dims, Uint8Array.from(zeros)))
    : undefined;
  const whole = (to: Builder): Value => {
    const float = (v: Value): Value => (v.type === "float32" ? v : to.op("Cast", [v], { to: "float32" }));
    const inBlocks = to.op("Reshape", [
      bits === 8 ? float(small) : nibbles(to, float(small)),
      to.ints([rows, groups, block]),
    ]);
    const middle = zero === undefined ? to.scalar(2 ** (bits - 1)) : float(zero);
    const wide = to.op("Mul", [to.op("Sub", [inBlocks, middle]), float(scale)]);
    const flat = to.op("Reshape", [wide, to.ints([rows, padded])]);
    const cut = padded === columns ? flat : to.op("Slice", [flat, to.ints([0]), to.ints([columns]), to.ints([1])]);
    return to.op("Reshape", [cut, to.ints([...weight.tensor.dims])]);
  };
  return {
    whole,
    rows: (to, indices) => to.op("Gather", [whole(to), indices]),
  };
}

/** [rows, bytes] → [rows, bytes, 2], the low code first. */
function nibbles(b: Builder, bytes: Value): Value {
  const high = b.op("Floor", [b.op("Mul", [bytes, b.scalar(1 / 16)])]);
  const low = b.op("Sub", [bytes, b.op("Mul", [high, b.scalar(16)])]);
  const last = b.ints([-1]);
  return b.op("Concat", [b.op("Unsqueeze", [low, last]), b.op("Unsqueeze", [high, last])], { axis: -1 });
}
