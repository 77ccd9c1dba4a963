import { standardWidths } from "./standard-widths.ts";
import { type Dict, dictOf, isArray, isDict, nameOf, numbersOf, type Resolve, type Value } from "./value.ts";

/** How a font cuts a string into codes and how far each moves the pen. What the codes mean is not asked here. */
export interface Font {
  readonly bytesPerCode: 1 | 2;
  /** In units of the font size; undefined where the file does not say and the standard does not either. */
  readonly width: (code: number) => number | undefined;
  /** The same as PDFium counts it, which drops fractions of a thousandth: places are compared with its own. */
  readonly counted: (width: number) => number;
}

const truncated = (width: number): number => Math.trunc(width * 1000 + 1e-6) / 1000;
const rounded = (width: number): number => Math.round(width * 1000) / 1000;

/** Undefined for fonts whose codes or widths cannot be followed: the predefined CJK encodings, vertical writing. */
export function readFont(font: Dict, resolve: Resolve): Font | undefined {
  const kind = nameOf(resolve(font.get("Subtype")));
  if (kind === "Type0") return composite(font, resolve);
  const widths = resolve(font.get("Widths"));
  const first = resolve(font.get("FirstChar"));
  const unit = kind === "Type3" ? (numbersOf(font.get("FontMatrix"), resolve, 1)?.[0] ?? 0.001) : 0.001;
  if (!isArray(widths) || typeof first !== "number") return kind === "Type3" ? undefined : standard(font, resolve);
  const missing = resolve(dictOf(font.get("FontDescriptor"), resolve).get("MissingWidth"));
  const otherwise = typeof missing === "number" ? missing : 0;
  return {
    bytesPerCode: 1,
    counted: kind === "Type3" ? rounded : truncated,
    width: (code) => {
      const width = resolve(widths[code - first]);
      return (typeof width === "number" ? width : otherwise) * unit;
    },
  };
}

function standard(font: Dict, resolve: Resolve): Font | undefined {
  const widths = standardWidths(nameOf(resolve(font.get("BaseFont"))) ?? "");
  const encoding = resolve(font.get("Encoding"));
  if (widths === undefined || isDict(encoding)) return undefined;
  const windows = nameOf(encoding) === "WinAnsiEncoding";
  // The other encodings agree with WinAnsi on the printable ASCII codes, but for the two quotes of the standard one.
  const agrees = (code: number): boolean => windows || (code < 127 && code !== 39 && code !== 96);
  return {
    bytesPerCode: 1,
    counted: truncated,
    width: (code) => (code < 32 ? 0 : agrees(code) ? (widths[code - 32] ?? 0) / 1000 : undefined),
  };
}

/** 9.7: two bytes a code, each the CID itself (Identity-H). Widths as 9.7.4.3 lists them. */
function composite(font: Dict, resolve: Resolve): Font | undefined {
  if (nameOf(resolve(font.get("Encoding"))) !== "Identity-H") return undefined;
  const descendants = resolve(font.get("DescendantFonts"));
  const descendant = dictOf(isArray(descendants) ? descendants[0] : undefined, resolve);
  const given = resolve(descendant.get("DW"));
  const otherwise = typeof given === "number" ? given : 1000;
  const widths = cidWidths(resolve(descendant.get("W")), resolve);
  return { bytesPerCode: 2, counted: truncated, width: (code) => (widths.get(code) ?? otherwise) / 1000 };
}

function cidWidths(list: Value, resolve: Resolve): Map<number, number> {
  const widths = new Map<number, number>();
  const items = isArray(list) ? list.map((each) => resolve(each)) : [];
  for (let i = 0; i < items.length;) {
    const [first, second, third] = [items[i], items[i + 1], items[i + 2]];
    if (typeof first !== "number") break;
    if (isArray(second)) {
      second.forEach((width, k) => {
        const value = resolve(width);
        if (typeof value === "number") widths.set(first + k, value);
      });
      i += 2;
    } else if (typeof second === "number" && typeof third === "number") {
      for (let cid = first; cid <= Math.min(second, 65_535); cid++) widths.set(cid, third);
      i += 3;
    } else break;
  }
  return widths;
}
