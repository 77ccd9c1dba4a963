import { printBytes } from "../../base/print.ts";
import { type CheckLine, isThin, type SliceLine } from "../../record/check.ts";
import { type Damage, type Flip, printVerdict, type Threshold } from "../../record/damage.ts";
import { isKnown } from "../../stats/estimate.ts";
import { change, slicesWorthTelling } from "./ci/words.ts";
import { columns, counted, interval, point, wrap } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

/** Slices told: the broken, else those that lose most. */
const SLICES = 5;
const FLIPS = 5;
/** Characters of an id, a slice or an answer. */
const LONGEST = 40;

/** What a smaller form costs, as it reads on a terminal. */
export function printDamage(terminal: Terminal, damage: Damage): void {
  const { parent, child, n, lines } = damage;
  const size = `${printBytes(child.bytes)}, ${((100 * child.bytes) / parent.bytes).toFixed(0)} % of ${printBytes(parent.bytes)}`;
  terminal.print(`${terminal.style("bold", child.name)} against ${parent.name}, ${counted(n, "item")}; ${size}`);
  terminal.print(paint(terminal, damage.verdict, printVerdict(damage)));
  terminal.print("");
  table(terminal, [
    ["figure", "change", "margin", ""],
    ...lines.map((line) => [line.name, changeOf(line), margin(line), verdictOf(line)]),
  ]);
  printSlices(terminal, damage);
  printFlips(terminal, damage);
  printThresholds(terminal, damage.thresholds);
  printCalibration(terminal, damage);
}

/** The same in a line or two: what was taken for its size has its price beside it. */
export function damageLines(damage: Damage): string[] {
  const { parent, child, n, flips } = damage;
  const told = `${child.name} against ${parent.name}, ${counted(n, "row")}: ${printVerdict(damage)}; ${counted(flips.changed, "answer")} changed, ${flips.worse} newly wrong, ${flips.better} newly right`;
  return wrap(told, 100, "Damage  ", "        ");
}

/** What a program is told of one damage among many: slices that are broken, and flips by their number. */
export function briefDamage({ child: _child, n, slices, flips, ...rest }: Damage): object {
  const { changed, worse, better } = flips;
  const { broken, held, small } = slicesWorthTelling(slices);
  return { ...rest, n, slices: { broken, held, too_small: small }, flips: { changed, worse, better } };
}

function printSlices(terminal: Terminal, { slices }: Damage): void {
  const { broken, held, small } = slicesWorthTelling(slices);
  terminal.print("");
  terminal.print(
    `Slices  ${slices.length}: ${broken.length} broken, ${held} held, ${small} too small to tell (Holm over all)`,
  );
  const lost = ({ change: of }: SliceLine): number => (of !== null && isKnown(of) ? of.value : 0);
  const losing = slices.filter((slice) => lost(slice) < 0 && !isThin(slice));
  const told = [...(broken.length > 0 ? broken : losing)].sort((a, b) => lost(a) - lost(b)).slice(0, SLICES);
  if (told.length === 0) return;
  table(terminal, [
    ["slice", "n", "change", "margin", ""],
    ...told.map((slice) => [shortened(slice.name), `${slice.n}`, changeOf(slice), margin(slice), verdictOf(slice)]),
  ]);
}

function printFlips(terminal: Terminal, { flips, p, test }: Damage): void {
  const { changed, worse, better, listed } = flips;
  const how = test === "mcnemar-exact" ? "McNemar, exact" : "exchanging whole texts or groups";
  const chance = `p ${p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`} of no difference (${how})`;
  const otherwise = changed - worse - better;
  terminal.print("");
  terminal.print(
    `Flips   ${counted(changed, "answer")} changed: ${worse} newly wrong, ${better} newly right${otherwise > 0 ? `, ${otherwise} wrong in another way` : ""}; ${chance}`,
  );
  if (listed.length > 0) table(terminal, [["item", "right is", "parent", "child"], ...listed.slice(0, FLIPS).map(row)]);
}

function row({ id, target, parent, child }: Flip): string[] {
  const answer = ({ label, confidence }: Flip["child"]): string => `${shortened(label)} ${confidence.toFixed(2)}`;
  return [shortened(id), shortened(target), answer(parent), answer(child)];
}

function printThresholds(terminal: Terminal, thresholds: readonly Threshold[]): void {
  if (thresholds.length === 0) return;
  const [{ counts }] = thresholds;
  terminal.print("");
  terminal.print("Does a confidence still mean the same?");
  table(terminal, [
    ["threshold", "from", "answered", `of these ${counts}`, ""],
    ...thresholds.map(({ name, at, parent, child, verdict }) => [
      name,
      at === null ? "–" : at.toFixed(3),
      `${point(child.coverage)} after ${point(parent.coverage)}`,
      `${point(child.share)} after ${point(parent.share)}`,
      verdictOf({ verdict, enough: null }),
    ]),
  ]);
}

function printCalibration(terminal: Terminal, { calibration: { parent, child, confidence } }: Damage): void {
  const words = `calibration error ${interval(child)} after ${interval(parent)}; mean confidence changes by ${interval(confidence)}`;
  terminal.print("");
  for (const line of wrap(words, 100)) terminal.print(line);
}

function table(terminal: Terminal, rows: readonly (readonly string[])[]): void {
  columns(rows, "   ").forEach((line, i) => {
    const shown = `  ${line.trimEnd()}`;
    terminal.print(i === 0 ? terminal.style("dim", shown) : shown);
  });
}

function changeOf(line: CheckLine): string {
  const printed = change(line);
  return printed === "" ? "undetermined" : printed;
}

function margin({ margin: most }: CheckLine): string {
  return most === null ? "" : `${most}`;
}

function verdictOf({ verdict, enough }: Pick<CheckLine, "verdict" | "enough">): string {
  if (verdict === "held") return "✓ held";
  if (verdict === "broken") return "✗ broken";
  return enough === null ? verdict : `${verdict}: ${enough.toLocaleString("en-US")} in all would do`;
}

function paint({ style }: Terminal, verdict: Damage["verdict"], words: string): string {
  if (verdict === "held") return style(["bold", "green"], `✓ ${words}`);
  if (verdict === "broken") return style(["bold", "red"], `✗ ${words}`);
  return style(["bold", "yellow"], words);
}

function shortened(text: string): string {
  // Nothing that moves the cursor reaches a terminal from data.
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}
