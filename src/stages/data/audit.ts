import type { Audit, Conflict, Example, LabelCount, Pair, Refusal } from "../../record/dataset.ts";
import { kindOf } from "../../kinds/table.ts";
import type { KindName } from "../../record/task.ts";
import { parseSpans } from "../../spans/span.ts";
import { foldText, type NearDuplicates } from "../../text/nearduplicate.ts";
import { remarks } from "./remarks.ts";

/** A label with fewer rows than this cannot stand in every fold. */
export const RARE_BELOW = 5;

const SHOWN = 20;
const SHOWN_UNITS = 240;

/** What a careful person would want to know of the rows before training on them. */
export function audit(
  examples: readonly Example[],
  refused: readonly Refusal[],
  near: NearDuplicates,
  kind: KindName,
): Audit {
  const labels = countLabels(examples, kind);
  const sameText = [...groupBy(examples, (example) => foldText(example.text)).values()];
  const facts: Omit<Audit, "remarks"> = {
    rows: examples.length + refused.length,
    refused: refused.length,
    unlabelled: examples.filter((example) => example.target === null).length,
    labels,
    rare: labels.filter(({ n }) => n < RARE_BELOW),
    lengths: lengthsOf(examples),
    exactDuplicates: examples.length - sameText.length,
    nearDuplicates: nearDuplicatesOf(examples, near),
    conflicts: conflictsOf(sameText),
    agreement: agreementOf(sameText),
    unplaced: unplacedOf(examples, kind),
  };
  return { ...facts, remarks: remarks(facts, examples, refused, kind) };
}

/** By number of rows (of spans: of spans), then by name. */
function countLabels(examples: readonly Example[], kind: KindName): LabelCount[] {
  const { labelsIn } = kindOf(kind);
  const counts = new Map<string, number>();
  for (const { target } of examples) {
    for (const label of target === null ? [] : labelsIn(target)) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, n]) => ({ label, n })).sort((a, b) => b.n - a.n || (a.label < b.label ? -1 : 1));
}

const MOST_UNPLACED = 1000;

function unplacedOf(examples: readonly Example[], kind: KindName): Audit["unplaced"] {
  const rows = examples.flatMap(({ target, source }) => {
    const missing = kind === "classify" || target === null ? [] : parseSpans(target).unplaced;
    return missing.length === 0 ? [] : [missing.map(({ label, value }) => ({ source, label, value: clip(value) }))];
  });
  const all = rows.flat();
  return { values: all.length, rows: rows.length, listed: all.slice(0, MOST_UNPLACED) };
}

/** Lengths in UTF-16 units; percentiles by nearest rank. */
function lengthsOf(examples: readonly Example[]): Audit["lengths"] {
  const sorted = Int32Array.from(examples, (example) => example.text.length).sort();
  const at = (p: number): number => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  return { p5: at(0.05), p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** Rows that stand in one cluster with a text other than their own. */
function nearDuplicatesOf(examples: readonly Example[], near: NearDuplicates): Audit["nearDuplicates"] {
  const mixed = new Set(near.pairs.map(({ a }) => near.clusters[a]));
  const rows = near.clusters.reduce((n, cluster) => n + (mixed.has(cluster) ? 1 : 0), 0);
  const shown = near.pairs.slice(0, SHOWN).map(({ a, b, similarity }): Pair => {
    return { a: clip(examples[a].text), b: clip(examples[b].text), similarity };
  });
  return { rows, examples: shown };
}

function conflictsOf(sameText: readonly (readonly Example[])[]): Audit["conflicts"] {
  const conflicts: Conflict[] = [];
  for (const rows of sameText) {
    const labels = [...new Set(rows.flatMap(({ target }) => (target === null ? [] : [target])))].sort();
    if (labels.length > 1) conflicts.push({ text: clip(rows[0].text), labels, rows: rows.length });
  }
  const examples = [...conflicts].sort((a, b) => b.rows - a.rows).slice(0, SHOWN);
  return { texts: conflicts.length, rows: conflicts.reduce((n, { rows }) => n + rows, 0), examples };
}

/**
 * Observed agreement (Fleiss 1971): for a text with n labels, of which nⱼ say j, the share Σ nⱼ(nⱼ−1) / n(n−1) of its
 * pairs that agree; then the mean over the texts that have two labels or more.
 */
function agreementOf(sameText: readonly (readonly Example[])[]): Audit["agreement"] {
  let texts = 0;
  let sum = 0;
  for (const rows of sameText) {
    const labels = rows.flatMap(({ target, alternatives }) => (target === null ? [] : [target, ...alternatives]));
    if (labels.length < 2) continue;
    texts++;
    let agreeing = 0;
    for (const same of groupBy(labels, (label) => label).values()) agreeing += same.length * (same.length - 1);
    sum += agreeing / (labels.length * (labels.length - 1));
  }
  return texts === 0 ? null : { texts, share: sum / texts };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function clip(text: string): string {
  return text.length > SHOWN_UNITS ? `${text.slice(0, SHOWN_UNITS - 1)}…` : text;
}
