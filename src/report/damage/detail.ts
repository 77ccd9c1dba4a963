import type { CheckLine } from "../../record/check.ts";
import { type Damage, printVerdict } from "../../record/damage.ts";
import { isKnown } from "../../stats/estimate.ts";
import { count, counted, figure, folded, table } from "../figures.ts";
import { markup, theirs, type Content, type Markup } from "../markup.ts";
import { flipsTable, type Showing } from "./flips.ts";
import { thresholdsTable } from "./thresholds.ts";
import { printP, verdictMark } from "./verdict.ts";

/** Slices told of each child, the broken and then the nearest to it. */
const SLICES = 8;

/** Everything about one child, folded away under its verdict. */
export function detail(damage: Damage, showing: Showing): Markup {
  const { child, parent } = damage;
  return folded(
    markup`${child.name}: ${printVerdict(damage)}`,
    markup`<h3>${child.name} against ${parent.name}</h3>
${linesTable(damage)}
${slicesTable(damage)}
${calibrationWords(damage)}
${thresholdsTable(damage.thresholds)}
${flipsTable(damage.flips, showing)}`,
  );
}

function linesTable({ lines, n }: Damage): Markup {
  return table({
    caption: `Every figure on ${counted(n, "item")}: held where no end of its interval is worse than the margin, broken where both are`,
    head: ["figure", "change", "margin", "verdict"],
    rows: lines.map((line): Content[] => [line.name, change(line), line.margin ?? "–", verdictMark(line)]),
  });
}

/** Broken, then by Holm's p, then by what is lost. */
function slicesTable({ slices }: Damage): Markup {
  const lost = ({ change: of }: CheckLine): number => (of !== null && isKnown(of) ? of.value : 0);
  const isBroken = ({ verdict }: CheckLine): number => Number(verdict === "broken");
  const nearest = [...slices].sort((a, b) => isBroken(b) - isBroken(a) || a.p - b.p || lost(a) - lost(b));
  return table({
    caption: `Of ${counted(slices.length, "slice")} those that are broken or nearest to it; p of being worse by more than the margin, one-sided, adjusted by Holm over all of them`,
    head: ["slice", "n", "change of the share that is right", "margin", "p", "verdict"],
    rows: nearest
      .slice(0, SLICES)
      .map((slice): Content[] => [
        theirs(slice.name),
        count(slice.n),
        change(slice),
        slice.margin ?? "–",
        printP(slice.p),
        verdictMark(slice),
      ]),
  });
}

function change(line: CheckLine): Markup {
  return figure(line.change ?? undefined, { signed: true, n: false });
}

function calibrationWords({ calibration: { parent, child, confidence, brier } }: Damage): Markup {
  return markup`<p>Calibration: the expected calibration error is ${figure(child)} after ${figure(parent, { n: false })}; the mean confidence changes by ${figure(confidence, { signed: true, n: false })} and the Brier score, where less is better, by ${change(brier)}.</p>`;
}
