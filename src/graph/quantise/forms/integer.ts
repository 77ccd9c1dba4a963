import { float32, tensor } from "../../../base/tensor.ts";
import { PRODUCT_CODES } from "../grid.ts";
import { refusesScales } from "../int8.ts";
import { quantiseMatrix } from "../matrix.ts";
import type { Moments } from "../moments.ts";
import { momentsName } from "../patches.ts";
import { matrixOf, type Site } from "../site.ts";
import type { Settings } from "../spec.ts";
import { finished, type FormRow, oddProduct, type PartValues, type Writing } from "./form.ts";

/** Weights for products in whole numbers: one scale an output, the codes laid as the node reads them. */
export function integerParts({ parts, settings }: Writing, site: Site): PartValues {
  return parts.of(site, "q7", () => {
    const matrix = matrixOf(site);
    const { rows, columns, codes, scales } = quantiseMatrix(matrix, {
      block: matrix.columns,
      book: PRODUCT_CODES,
      rounding: settings.rounding,
      precision: "float32",
      moments: momentsFor(site, settings),
    });
    const dims = site.kind === "convolution" ? site.weight.tensor.dims : [columns, rows];
    const laid = site.kind === "convolution" ? codes : byColumn(codes as Int8Array, rows, columns);
    return { codes: tensor("int8", dims, laid as Int8Array), scales: float32([rows], scales) };
  });
}

export function momentsFor(site: Site, settings: Settings): Moments | undefined {
  const { moments } = settings.calibration;
  return site.kind === "product" || site.kind === "convolution" ? moments?.get(momentsName(site)) : undefined;
}

function byColumn(codes: Int8Array, rows: number, columns: number): Int8Array {
  const result = new Int8Array(codes.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = codes[row * columns + column];
  }
  return result;
}

export function refusesWhole(site: Site): string | undefined {
  if (site.kind === "table") return "a table is no product";
  if (site.kind === "recurrence") return `the engine's ${site.node.op} multiplies in floating point`;
  return (site.kind === "product" ? oddProduct(site) : undefined) ?? refusesScales(site.weight, site.channel);
}

/** Products in whole numbers, the left side quantised as it comes: one scale and zero point for all that is fed at once. */
export const dynamicForm: FormRow = {
  refuses: (site) =>
    site.kind === "convolution"
      ? "the engine convolves in whole numbers more slowly than in floating point, unless ranges are known beforehand"
      : refusesWhole(site),
  write(writing, site) {
    const { b, standing } = writing;
    const { codes, scales } = integerParts(writing, site);
    const [left, scale, zero] = b.ops("DynamicQuantizeLinear", [standing.get(site.data)!], {}, 3);
    const whole = b.op("Cast", [b.op("MatMulInteger", [left, codes, zero])], { to: "float32" });
    return finished(writing, site, b.op("Mul", [whole, b.op("Mul", [scale, scales])]));
  },
};
