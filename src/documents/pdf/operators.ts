import type { Op } from "./content.ts";
import { type Dict, isDict, Name, nameOf, PdfString, type Value } from "./value.ts";

/** How many operands each operator takes (Annex A); -1 for as many as stand there. What is not in the table is not copied. */
const operands: Readonly<Record<string, number>> = Object.fromEntries(
  [
    "b:0 B:0 b*:0 B*:0 c:6 cm:6 CS:1 cs:1 d:2 d0:2 d1:6 f:0 F:0 f*:0 G:1 g:1 gs:1 h:0 i:1 j:1 J:1 K:4 k:4 l:2 m:2 M:1 n:0 q:0 Q:0",
    "re:4 RG:3 rg:3 ri:1 s:0 S:0 SC:-1 sc:-1 SCN:-1 scn:-1 sh:1 v:4 w:1 W:0 W*:0 y:4 Do:1 BI:1",
    `BT:0 ET:0 T*:0 Tc:1 Td:2 TD:2 Tf:2 Tj:1 TJ:1 TL:1 Tm:6 Tr:1 Ts:1 Tw:1 Tz:1 ':1 ":3`,
  ]
    .join(" ")
    .split(" ")
    .map((each) => [each.slice(0, each.lastIndexOf(":")), Number(each.slice(each.lastIndexOf(":") + 1))]),
);

export const showing: ReadonlySet<string> = new Set(["Tj", "TJ", "'", '"']);
const fills: ReadonlySet<string> = new Set(["b", "B", "b*", "B*", "f", "F", "f*", "s", "S"]);

/** The categories of resources (7.8.3) that an operator's name operand is looked up in. */
const named: Readonly<Record<string, string>> = {
  Tf: "Font",
  Do: "XObject",
  gs: "ExtGState",
  cs: "ColorSpace",
  CS: "ColorSpace",
  scn: "Pattern",
  SCN: "Pattern",
  sh: "Shading",
};

/** What resource an operator asks for, if it asks for any. */
export function resourceOf(op: Op): { readonly category: string; readonly name: string } | undefined {
  if (op.op === "BI") {
    const space = isDict(op.args[0]) ? nameOf(op.args[0].get("CS") ?? op.args[0].get("ColorSpace")) : undefined;
    return space === undefined ? undefined : { category: "ColorSpace", name: space };
  }
  const category = named[op.op];
  const name = nameOf(op.op === "Tf" ? op.args[0] : op.args.at(-1));
  return category === undefined || name === undefined ? undefined : { category, name };
}

/** True where a layer (8.11) that is not shown begins; asked with the operand of BDC. */
export type Hidden = (properties: Value | undefined) => boolean;

/**
 * The operators that paint, and nothing else: marked content with its property lists (ActualText, alternate descriptions),
 * unknown operators, surplus operands and what lies on hidden layers are left out; q and Q, BT and ET come out balanced.
 */
export function cleanOps(ops: readonly Op[], hidden: Hidden): Op[] {
  const out: Op[] = [];
  const sections: boolean[] = [];
  let depth = 0;
  let text = false;
  for (const op of ops) {
    if (op.op === "BMC" || op.op === "BDC")
      sections.push(op.op === "BDC" && nameOf(op.args[0]) === "OC" && hidden(op.args[1]));
    else if (op.op === "EMC") sections.pop();
    const count = operands[op.op];
    if (count === undefined || op.args.length < count) continue;
    const clean: Op = { ...op, args: count < 0 ? op.args : count === 0 ? [] : op.args.slice(-count) };
    if (!sound(clean)) continue;
    if (sections.includes(true)) {
      if (fills.has(op.op)) out.push({ op: "n", args: [] });
      if (fills.has(op.op) || showing.has(op.op) || ["Do", "sh", "BI"].includes(op.op)) continue;
    }
    if (op.op === "q") depth++;
    if (op.op === "Q" && --depth < 0) {
      depth = 0;
      continue;
    }
    if (op.op === "BT" || op.op === "ET") {
      if (text === (op.op === "BT")) continue;
      text = op.op === "BT";
    }
    out.push(clean);
  }
  if (text) out.push({ op: "ET", args: [] });
  for (; depth > 0; depth--) out.push({ op: "Q", args: [] });
  return out;
}

/** Strings stand where text is shown and nowhere else; dictionaries only in inline pictures. */
function sound(op: Op): boolean {
  if (op.op === "BI") return true;
  if (op.op === "TJ") return Array.isArray(op.args[0]);
  if (op.op === '"')
    return op.args[2] instanceof PdfString && typeof op.args[0] === "number" && typeof op.args[1] === "number";
  if (op.op === "Tj" || op.op === "'") return op.args[0] instanceof PdfString;
  if (op.op === "d") return Array.isArray(op.args[0]);
  if (op.op === "Tf") return op.args[0] instanceof Name && typeof op.args[1] === "number";
  const wantsName = ["CS", "cs", "gs", "ri", "sh", "Do"].includes(op.op);
  const mayName = op.op === "scn" || op.op === "SCN";
  return op.args.every((arg) =>
    wantsName ? arg instanceof Name : typeof arg === "number" || (mayName && arg instanceof Name),
  );
}

/** The entries of an inline picture that draw it (table 92), so that nothing else rides along. */
const pictureKeys = new Set(
  "BitsPerComponent BPC ColorSpace CS Decode D DecodeParms DP Filter F Height H ImageMask IM Intent Interpolate I Width W".split(
    " ",
  ),
);

export const cleanInline = (op: Op): Op => ({
  ...op,
  args: [
    new Map([...(op.args[0] as Dict)].filter(([key, value]) => pictureKeys.has(key) && !(value instanceof PdfString))),
  ],
});
