import { float32, type Tensor, tensor } from "../../../base/tensor.ts";
import type { Value } from "../../ir.ts";
import { toHalf } from "../../half.ts";
import { blockCodes } from "../grid.ts";
import { fitsHalf } from "../halves.ts";
import { type Quantised, quantiseMatrix } from "../matrix.ts";
import { matrixOf, type Site } from "../site.ts";
import type { Settings } from "../spec.ts";
import { momentsFor } from "./integer.ts";
import { finished, type FormRow, oddProduct, type SmallParts, type Writing } from "./form.ts";

/**
 * Weights alone, in blocks along the inner dimension: MatMulNBits for products, GatherBlockQuantized for tables. Weights of
 * convolutions and recurrences are widened when the model is loaded (widened.ts).
 */
export function blockForm(bits: 4 | 8): FormRow {
  return {
    refuses(site, { block }) {
      const odd = site.kind === "product" ? oddProduct(site) : site.kind === "table" ? tableRefusal(site) : undefined;
      if (odd !== undefined) return odd;
      const { columns } = matrixOf(site);
      return columns < block ? `its rows of ${columns} are narrower than a block of ${block}` : undefined;
    },
    write(writing, site) {
      const { b, settings, standing, parts } = writing;
      const { codes, scales, zeros } = parts.of(site, `q${bits}`, () => partsOf(site, settings, bits));
      const data = standing.get(site.data)!;
      if (site.kind === "table") {
        const attributes = { bits, block_size: settings.block };
        const rows = b.op("GatherBlockQuantized", [codes, data, widened(writing, scales), zeros], attributes);
        const columns = site.weight.dims[1] as number;
        return rows.dims.at(-1) === columns
          ? rows
          : b.op("Slice", [rows, b.ints([0]), b.ints([columns]), b.ints([-1])]);
      }
      const n = site.weight.dims[site.channel] as number;
      const product = b.op("MatMulNBits", [data, codes, widened(writing, scales), zeros], {
        K: site.weight.tensor.data.length / n,
        N: n,
        bits,
        block_size: settings.block,
        accuracy_level: settings.accuracyLevel,
      });
      return finished(writing, site, product);
    },
  };
}

function tableRefusal(site: Site): string | undefined {
  const { length } = site.weight.dims;
  return length === 2 ? undefined : `its weight has ${length} dimensions, and a matrix is wanted`;
}

/** The engine widens the scales once, when it loads the model. */
function widened({ b }: Writing, scales: Value): Value {
  return scales.type === "float32" ? scales : b.op("Cast", [scales], { to: "float32" });
}

function partsOf(site: Site, settings: Settings, bits: 4 | 8): SmallParts {
  const { rows, columns, groups, codes, scales, zeros, half } = fitted(site, settings, bits);
  const table = site.kind === "table";
  const padded = table ? columns + (bits === 4 ? columns % 2 : 0) : groups * settings.block;
  const dims = table ? [rows, (padded * bits) / 8] : [rows, groups, (settings.block * bits) / 8];
  const zeroBytes = Math.ceil((groups * bits) / 8);
  return {
    codes: tensor("uint8", dims, packed(codes, rows, columns, padded, bits, 2 ** (bits - 1))),
    scales: half ? halves(scales, [rows, groups]) : float32([rows, groups], scales),
    ...(settings.zeroPoints && {
      zeros: tensor("uint8", [rows, zeroBytes], packed(zeros, rows, groups, (zeroBytes * 8) / bits, bits, 0)),
    }),
  };
}

/** A matrix in blocks, and whether its scales lie in halves. */
export interface Fitted extends Quantised {
  readonly half: boolean;
}

/** Scales that halves do not hold well are kept in float32, and the codes are chosen for those. */
export function fitted(site: Site, settings: Settings, bits: 4 | 8): Fitted {
  const options = {
    block: settings.block,
    book: blockCodes(bits, settings.zeroPoints),
    rounding: settings.rounding,
    moments: momentsFor(site, settings),
  };
  const matrix = matrixOf(site);
  if (settings.scales === "float16") {
    const half = quantiseMatrix(matrix, { ...options, precision: "float16" });
    if (fitsHalf(half.scales, site.kind)) return { ...half, half: true };
  }
  return { ...quantiseMatrix(matrix, { ...options, precision: "float32" }), half: false };
}

function halves(values: Float32Array, dims: readonly number[]): Tensor<"float16"> {
  const words = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) words[i] = toHalf(values[i]);
  return tensor("float16", dims, words);
}

/** Rows of codes, low bits first, each row filled up to `padded` codes. */
export function packed(
  codes: ArrayLike<number>,
  rows: number,
  columns: number,
  padded: number,
  bits: 4 | 8,
  filling: number,
): Uint8Array {
  const perByte = 8 / bits;
  const rowBytes = padded / perByte;
  const result = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    for (let i = 0; i < padded; i++) {
      const code = i < columns ? codes[from + i] : filling;
      const at = row * rowBytes + (bits === 4 ? i >> 1 : i);
      result[at] |= bits === 4 && (i & 1) === 1 ? code << 4 : code;
    }
  }
  return result;
}
