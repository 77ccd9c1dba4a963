import type { PdfFile } from "./file.ts";
import { apply, type Matrix } from "./matrix.ts";
import { type Dict, dictOf, isArray, isDict, nameOf, numbersOf, Stream, type Value } from "./value.ts";

export interface Appearance {
  readonly form: Stream;
  /** From the form's space, its own Matrix undone by the form itself, to the page. */
  readonly matrix: Matrix;
}

const [hiddenFlag, noViewFlag] = [2, 32];

/**
 * What annotations and form fields draw, to be drawn by the page itself: the annotations, with their texts, values, actions
 * and links, are then left out. `lost` counts those that show something only a viewer would make up.
 */
export function appearances(
  page: Dict,
  file: PdfFile,
  hidden: (value: Value | undefined) => boolean,
): { drawn: Appearance[]; lost: number } {
  const { resolve } = file;
  const drawn: Appearance[] = [];
  let lost = 0;
  const annotations = resolve(page.get("Annots"));
  for (const each of isArray(annotations) ? annotations : []) {
    const annotation = resolve(each);
    if (!isDict(annotation)) continue;
    const kind = nameOf(resolve(annotation.get("Subtype")));
    const flags = resolve(annotation.get("F"));
    if (kind === "Popup" || (typeof flags === "number" && (flags & (hiddenFlag | noViewFlag)) !== 0)) continue;
    if (hidden(annotation.get("OC"))) continue;
    const normal = resolve(dictOf(annotation.get("AP"), resolve).get("N"));
    const state = nameOf(resolve(annotation.get("AS")));
    const form = isDict(normal) ? resolve(normal.get(state ?? "")) : normal;
    const matrix = form instanceof Stream ? placed(form, annotation, file) : undefined;
    if (form instanceof Stream && matrix !== undefined) drawn.push({ form, matrix });
    else if (kind !== "Link" && !isDict(normal)) lost++;
  }
  return { drawn, lost };
}

/** 12.5.5, algorithm "appearance streams": the form's box, turned by its Matrix, is laid onto the annotation's Rect. */
function placed(form: Stream, annotation: Dict, file: PdfFile): Matrix | undefined {
  const { resolve } = file;
  const box = numbersOf(form.dict.get("BBox"), resolve, 4);
  const rect = numbersOf(annotation.get("Rect"), resolve, 4);
  if (box === undefined || rect === undefined) return undefined;
  const own = (numbersOf(form.dict.get("Matrix"), resolve, 6) ?? [1, 0, 0, 1, 0, 0]) as unknown as Matrix;
  const [x0, y0, x1, y1] = box as [number, number, number, number];
  const corners = (
    [
      [x0, y0],
      [x1, y0],
      [x0, y1],
      [x1, y1],
    ] as const
  ).map(([x, y]) => apply(own, x, y));
  const [left, right] = [Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([x]) => x))];
  const [bottom, top] = [Math.min(...corners.map(([, y]) => y)), Math.max(...corners.map(([, y]) => y))];
  const [a, b, c, d] = rect as [number, number, number, number];
  if (right - left <= 0 || top - bottom <= 0) return undefined;
  const [sx, sy] = [Math.abs(c - a) / (right - left), Math.abs(d - b) / (top - bottom)];
  return [sx, 0, 0, sy, Math.min(a, c) - left * sx, Math.min(b, d) - bottom * sy];
}
