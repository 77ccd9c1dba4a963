import { kindOf } from "../../kinds/table.ts";
import type { KindName } from "../../record/task.ts";
import { tellSpan } from "../../spans/told.ts";
import { isKnown, printEstimate } from "../../stats/estimate.ts";
import type { Added, DataVersion } from "../../workbench/data.ts";
import type { SpanDoubt } from "../../workbench/doubts/span-suspects.ts";
import type { LabelReport, SuspectRow } from "../../workbench/doubts/suspects.ts";
import type { Thin } from "../../workbench/doubts/thin.ts";
import { columns, counted, interval, probability, wrap } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

const SHOWN = 12;

/** What `data add` did with each row of a file. */
export function printAdded(terminal: Terminal, added: Added, file: string, kind: KindName): void {
  const { style } = terminal;
  const waiting = added.unlabelled === 0 ? "" : `, ${added.unlabelled} of them without a label`;
  terminal.print(`Added    ${counted(added.added, "row")} to ${added.version.file}${waiting}`);
  if (added.labelled > 0) terminal.print(`Labelled ${counted(added.labelled, "row")} that waited for it`);
  if (added.merged > 0) terminal.print(`Merged   ${counted(added.merged, "row")} of ${file} that repeat a text of it`);
  const { inWords } = kindOf(kind);
  for (const { line, text, of, label, given } of added.duplicates.slice(0, SHOWN)) {
    const said = (here: string, there: string): string =>
      `, and says ${quoted(here, kind)} where that says ${quoted(there, kind)}`;
    const other =
      given !== null && label !== null && given !== label ? said(inWords(given, text), inWords(label, text)) : "";
    terminal.print(`${style("yellow", "Refused")}  ${file}:${line} repeats ${of.file}:${of.line}${other}`);
  }
  const more = added.duplicates.length - SHOWN;
  if (more > 0) terminal.print(`         and ${more} more that repeat a text of the task (--json has them all)`);
  for (const { source, code, why } of added.refused.slice(0, SHOWN)) {
    terminal.print(`${style("yellow", "Refused")}  ${source.file}:${source.line} ${why} (${code})`);
  }
  if (added.refused.length > SHOWN) terminal.print(`         and ${added.refused.length - SHOWN} more`);
  terminal.print(`Version  ${added.version.sha256.slice(0, 16)}, ${counted(added.version.rows, "row")}`);
}

/** A label is quoted; spans have quotes of their own. */
function quoted(words: string, kind: KindName): string {
  return kind === "classify" ? `"${words}"` : words;
}

export function printVersions(terminal: Terminal, versions: readonly (DataVersion & { readonly at: string })[]): void {
  if (versions.length === 0) {
    terminal.print("No rows have been added: whittle data add FILE");
    return;
  }
  const rows = versions.map(({ at, file, sha256, rows: n, added, labelled, from }) => [
    sha256.slice(0, 12),
    at.slice(0, 16).replace("T", " "),
    file,
    String(n),
    `${added >= 0 ? "+" : ""}${added}${labelled > 0 ? `, ${labelled} labelled` : ""}`,
    from ?? "found changed: by hand, or by a checkout",
  ]);
  for (const line of columns([["version", "when (UTC)", "file", "rows", "change", "from"], ...rows]))
    terminal.print(line);
}

/** Slices too thin to say whether they hold the bar. */
export function printThin(terminal: Terminal, thin: readonly Thin[] | null): void {
  terminal.print("");
  if (thin === null) {
    terminal.print("What is too thin to judge is known after the first make.");
    return;
  }
  if (thin.length === 0) {
    terminal.print("Every slice has rows enough to say whether it holds the bar.");
    return;
  }
  const [{ line: first }] = thin;
  const one = thin.every(({ line }) => line === first);
  terminal.print(`Too thin to say whether ${one ? first : "the bar"} holds, by the newest make:`);
  const rows = thin
    .slice(0, SHOWN)
    .map(({ slice, n, figure, more, line }) => [
      slice,
      `${n} rows`,
      isKnown(figure) ? interval(figure) : "undetermined",
      more === null ? "no number of rows is known to do" : `about ${counted(more, "row")} more`,
      line,
    ]);
  for (const line of columns(rows)) terminal.print(`  ${line}`);
  if (thin.length > SHOWN) terminal.print(`  and ${thin.length - SHOWN} more (--json has them all)`);
}

export function printCeiling(terminal: Terminal, { kind, suspects, agreement, ceiling, run }: LabelReport): void {
  terminal.print("");
  if (isKnown(agreement)) terminal.print(`Agreement  ${printEstimate(agreement)} (texts with several labels)`);
  const of = kind === "classify" ? "accuracy" : "of texts wholly right";
  const line = `likely at most ${interval(ceiling.accuracy)} ${of}. Method: ${ceiling.method}.`;
  for (const part of wrap(line, 100, "Ceiling    ", "           ")) terminal.print(part);
  terminal.print(
    `Suspects   ${counted(suspects.length, kind === "classify" ? "label" : "row")} of ${run.n}, disputed by ${run.rung} at ${run.precision}: whittle data suspects`,
  );
}

function doubtsOf({ text, given, likely, confidence, givenChance, doubts }: SuspectRow): string[] {
  if (doubts !== undefined) return doubts.map((doubt) => doubtWords(doubt, text));
  return [`${given} (${probability(givenChance ?? 0)}) or ${likely} (${probability(confidence)})?`];
}

/** What is marked and what a held-out model found, with how sure that is. */
function doubtWords({ what, found, marked, chance }: SpanDoubt, text: string): string {
  const told = (span: SpanDoubt["found"]): string => (span === null ? "nothing" : tellSpan(span, text));
  const sure = probability(chance);
  if (what === "not marked") return `${told(found)} is found (${sure}) and not marked`;
  if (what === "not found") return `${told(marked)} is marked and not found; of its like ${sure} are`;
  return `${told(marked)} is marked; found is ${told(found)} (${sure})`;
}

export function printSuspects(terminal: Terminal, told: LabelReport, most: number): void {
  for (const row of told.suspects.slice(0, most)) {
    const { where, text } = row;
    for (const doubt of doubtsOf(row)) terminal.print(`${where}  ${doubt}`);
    for (const line of wrap(text, 100, "  ")) terminal.print(line);
  }
  if (told.suspects.length > most) terminal.print(`and ${told.suspects.length - most} more (--most, or --json)`);
  printCeiling(terminal, told);
}
