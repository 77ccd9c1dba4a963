import { corrupt } from "./lexer.ts";
import type { Dict, Resolve } from "./value.ts";

/** Undoes the PNG predictors (10 to 15) and the TIFF one at 8 bits a component (ISO 32000-1, 7.4.4.4). */
export function undoPredictor(bytes: Uint8Array, parameters: Dict | undefined, resolve: Resolve): Uint8Array {
  const number = (key: string, otherwise: number): number => {
    const value = resolve(parameters?.get(key));
    return typeof value === "number" ? value : otherwise;
  };
  const predictor = number("Predictor", 1);
  if (predictor <= 1) return bytes;
  const bits = number("BitsPerComponent", 8);
  const colours = number("Colors", 1);
  const columns = number("Columns", 1);
  const sound = [bits, colours, columns].every((each) => Number.isInteger(each) && each > 0) && colours <= 64;
  if (!sound || bits > 16 || columns > 1 << 26) throw corrupt("a predictor's settings cannot be");
  const pixel = Math.max(1, Math.ceil((bits * colours) / 8));
  const row = Math.ceil((bits * colours * columns) / 8);
  if (predictor === 2) return tiff(bytes, row, bits, colours);
  const rows = Math.ceil(bytes.length / (row + 1));
  const out = new Uint8Array(Math.max(0, bytes.length - rows));
  for (let r = 0; r < rows; r++) {
    const from = r * (row + 1);
    const type = bytes[from];
    const start = r * row;
    const length = Math.min(row, bytes.length - from - 1);
    for (let i = 0; i < length; i++) {
      const left = i >= pixel ? out[start + i - pixel] : 0;
      const up = r > 0 ? out[start + i - row] : 0;
      const corner = r > 0 && i >= pixel ? out[start + i - row - pixel] : 0;
      out[start + i] = bytes[from + 1 + i] + predicted(type, left, up, corner);
    }
  }
  return out;
}

function predicted(type: number, left: number, up: number, corner: number): number {
  if (type === 0) return 0;
  if (type === 1) return left;
  if (type === 2) return up;
  if (type === 3) return (left + up) >> 1;
  if (type !== 4) throw corrupt("a predictor is not known");
  const a = Math.abs(up - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + up - 2 * corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function tiff(bytes: Uint8Array, row: number, bits: number, colours: number): Uint8Array {
  if (bits !== 8) throw corrupt("a predictor is not known");
  const out = Uint8Array.from(bytes);
  for (let start = 0; start < out.length; start += row)
    for (let i = start + colours; i < Math.min(start + row, out.length); i++) out[i] += out[i - colours];
  return out;
}
