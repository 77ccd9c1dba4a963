import type { Audit, Example, Refusal } from "../../record/dataset.ts";
import type { KindName } from "../../record/task.ts";
import { kindOf } from "../../kinds/table.ts";
import { isNumber } from "./labels.ts";
import { lookAlikes } from "./look-alikes.ts";

type LabelsOf = (example: Example) => readonly string[];

/** The audit in plain words, most important first. */
export function remarks(
  audit: Omit<Audit, "remarks">,
  examples: readonly Example[],
  refused: readonly Refusal[],
  kind: KindName,
): string[] {
  const labelsOf = ({ target }: Example): readonly string[] => (target === null ? [] : kindOf(kind).labelsIn(target));
  return [
    refusals(refused, audit.rows),
    unplaced(audit),
    kind === "classify" ? conflicts(audit) : markedTwice(audit),
    agreement(audit),
    oneLabelOrTwo(audit),
    seenOnce(audit, examples, labelsOf),
    rare(audit),
    unseenInTraining(examples, labelsOf),
    kind === "classify" ? imbalance(audit) : null,
    duplicates(audit),
    unlabelled(audit),
    kind === "classify" ? numbers(audit) : null,
  ].filter((remark) => remark !== null);
}

function refusals(refused: readonly Refusal[], rows: number): string | null {
  if (refused.length === 0) return null;
  const [first] = refused;
  const where = `${first.source.file}:${first.source.line}`;
  return `${refused.length} of ${rows} rows were refused, the first at ${where}: ${first.why}`;
}

function conflicts({ conflicts }: Omit<Audit, "remarks">): string | null {
  if (conflicts.texts === 0) return null;
  const [{ text, labels }] = conflicts.examples;
  return `${counted(conflicts.texts, "text")} stand under different labels (${conflicts.rows} rows), such as "${short(text)}" under ${labels.map(quoted).join(" and ")}: no model can be right on all of them`;
}

function agreement({ agreement }: Omit<Audit, "remarks">): string | null {
  if (agreement === null || agreement.share >= 0.9) return null;
  return `where a text has several labels, ${percent(agreement.share)} of the pairs agree (${counted(agreement.texts, "text")}): the labels may be too unclear to learn`;
}

function oneLabelOrTwo({ labels }: Omit<Audit, "remarks">): string | null {
  const pairs = lookAlikes(labels);
  if (pairs.length === 0) return null;
  const shown = pairs.slice(0, 5).map((pair) => pair.map(({ label, n }) => `${quoted(label)} ${n}`).join(" beside "));
  return `${pairs.length === 1 ? "a label looks" : `${pairs.length} labels look`} like another spelt otherwise: ${shown.join(", ")}${pairs.length > 5 ? ", …" : ""}; where they are one, spell them alike in the file`;
}

function seenOnce({ rare }: Omit<Audit, "remarks">, examples: readonly Example[], labelsOf: LabelsOf): string | null {
  const once = rare.filter(({ n }) => n === 1);
  if (once.length === 0) return null;
  const [{ label }] = once;
  const source = examples.find((example) => labelsOf(example).includes(label))?.source;
  const which =
    once.length === 1 ? `label ${quoted(label)} is` : `${once.length} labels, such as ${quoted(label)}, are`;
  return `${which} seen once (${source?.file}:${source?.line}): kept for training, and cannot be judged; add rows or merge it into another label`;
}

function rare({ rare }: Omit<Audit, "remarks">): string | null {
  const few = rare.filter(({ n }) => n > 1);
  if (few.length === 0) return null;
  const shown = few.slice(0, 5).map(({ label, n }) => `${quoted(label)} ${n}`);
  return `${counted(few.length, "label")} have too few rows to be judged in every fold: ${shown.join(", ")}${few.length > 5 ? ", …" : ""}`;
}

function unseenInTraining(examples: readonly Example[], labelsOf: LabelsOf): string | null {
  const trained = new Set(examples.filter(({ given }) => given === "train").flatMap((example) => labelsOf(example)));
  for (const example of examples) {
    const label = example.given === "train" ? undefined : labelsOf(example).find((name) => !trained.has(name));
    if (label === undefined) continue;
    const { file, line } = example.source;
    return `label ${quoted(label)} (${file}:${line}) stands in no training row: it will always be answered wrongly`;
  }
  return null;
}

function unplaced({ unplaced }: Omit<Audit, "remarks">): string | null {
  const { values, rows, listed } = unplaced;
  if (values === 0) return null;
  const shown = listed.slice(0, 5).map(({ source, label }) => `${source.file}:${source.line} ${label}`);
  const more = values > shown.length ? ", …; --json lists them" : "";
  return `${counted(values, "value")} in ${counted(rows, "row")} stand nowhere in their text: nothing is learnt from them, and an answer without them counts as wrong (${shown.join(", ")}${more})`;
}

function markedTwice({ conflicts }: Omit<Audit, "remarks">): string | null {
  if (conflicts.texts === 0) return null;
  return `${counted(conflicts.texts, "text")} stand there several times and are marked differently (${conflicts.rows} rows): no model can be right on all of them`;
}

function imbalance({ labels }: Omit<Audit, "remarks">): string | null {
  const total = labels.reduce((sum, { n }) => sum + n, 0);
  const [{ label, n }] = labels;
  if (n * 2 <= total || labels.length < 3) return null;
  return `label ${quoted(label)} holds ${percent(n / total)} of the rows: read macro-F1 beside accuracy`;
}

function duplicates({ exactDuplicates, nearDuplicates }: Omit<Audit, "remarks">): string | null {
  if (exactDuplicates === 0 && nearDuplicates.rows === 0) return null;
  const repeats = [
    ...(exactDuplicates === 0 ? [] : [`${counted(exactDuplicates, "row")} repeat an earlier text`]),
    ...(nearDuplicates.rows === 0 ? [] : [`${counted(nearDuplicates.rows, "row")} nearly repeat another`]),
  ];
  return `${repeats.join(" and ")}: each cluster stays on one side of every split made here`;
}

function unlabelled({ unlabelled }: Omit<Audit, "remarks">): string | null {
  return unlabelled === 0 ? null : `${counted(unlabelled, "row")} without a label: kept, and in no part`;
}

function numbers({ labels }: Omit<Audit, "remarks">): string | null {
  if (!labels.every(({ label }) => isNumber(label))) return null;
  return `the labels are numbers and are taken as names (${labels
    .slice(0, 5)
    .map(({ label }) => quoted(label))
    .join(", ")}): 4 is as far from 5 as from 1`;
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function quoted(label: string): string {
  return `"${short(label)}"`;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
