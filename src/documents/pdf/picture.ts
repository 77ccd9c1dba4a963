import { deflateSync } from "node:zlib";
import type { Box } from "./clean.ts";
import { bounds, covers, type Mark } from "./marks.ts";
import type { OpenPdf } from "./pdfium.ts";
import { type Dict, Name, Stream, type Value } from "./value.ts";

const perPoint = 150 / 72;
const maxPixels = 24_000_000;

/** A page drawn as a picture with its marks burnt in: what lay under them is in no pixel. */
export function pageAsPicture(document: OpenPdf, index: number, box: Box, marks: readonly Mark[]): Stream {
  const [w, h] = [box[2] - box[0], box[3] - box[1]];
  const scale = Math.min(perPoint, Math.sqrt(maxPixels / (w * h)));
  const [width, height] = [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
  const pixels = document.render(index, width, height);
  for (const mark of marks) burn(pixels, width, height, box, mark);
  const grey = isGrey(pixels);
  const samples = grey ? pixels.filter((_, i) => i % 3 === 0) : pixels;
  const colours = grey ? 1 : 3;
  const parameters: Dict = new Map<string, Value>([
    ["Predictor", 15],
    ["Colors", colours],
    ["BitsPerComponent", 8],
    ["Columns", width],
  ]);
  const dict: Dict = new Map<string, Value>([
    ["Type", new Name("XObject")],
    ["Subtype", new Name("Image")],
    ["Width", width],
    ["Height", height],
    ["ColorSpace", new Name(grey ? "DeviceGray" : "DeviceRGB")],
    ["BitsPerComponent", 8],
    ["Filter", new Name("FlateDecode")],
    ["DecodeParms", parameters],
  ]);
  return new Stream(dict, deflateSync(subtractAbove(samples, width * colours, height), { level: 4 }));
}

/** Ink hangs over a character's own box, in italics above all: a margin goes with it. */
function burn(pixels: Uint8Array, width: number, height: number, box: Box, mark: Mark): void {
  const [sx, sy] = [width / (box[2] - box[0]), height / (box[3] - box[1])];
  const margin = 0.08 * (mark.ascent + mark.descent) + 1 / Math.min(sx, sy);
  const [left, bottom, right, top] = bounds(mark);
  const shade = mark.text === "" ? 0 : 217;
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)));
  const [x0, x1] = [clamp((left - margin - box[0]) * sx - 1, width), clamp((right + margin - box[0]) * sx + 1, width)];
  const [y0, y1] = [
    clamp((box[3] - top - margin) * sy - 1, height),
    clamp((box[3] - bottom + margin) * sy + 1, height),
  ];
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++)
      if (covers(mark, box[0] + (x + 0.5) / sx, box[3] - (y + 0.5) / sy, margin))
        pixels.fill(shade, (y * width + x) * 3, (y * width + x) * 3 + 3);
}

function isGrey(pixels: Uint8Array): boolean {
  for (let i = 0; i < pixels.length; i += 3)
    if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) return false;
  return true;
}

/** PNG's predictor "up": a row less the one above it, which leaves zeros wherever the page is plain. */
function subtractAbove(samples: Uint8Array, row: number, rows: number): Uint8Array {
  const out = new Uint8Array((row + 1) * rows);
  for (let r = 0; r < rows; r++) {
    out[r * (row + 1)] = 2;
    for (let i = 0; i < row; i++)
      out[r * (row + 1) + 1 + i] = samples[r * row + i] - (r > 0 ? samples[(r - 1) * row + i] : 0);
  }
  return out;
}
