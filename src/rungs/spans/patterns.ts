import { patternFor, toldByForm } from "../../features/patterns/index.ts";
import type { SpanManifest } from "../../record/manifest.ts";
import { parseSpans } from "../../spans/span.ts";
import type { Material } from "../rung.ts";
import { fitPatterns } from "./phrases.ts";

/** A pattern that the task does not name has to be right this often on training rows. */
const LEAST = 0.6;

/**
 * The patterns whose matches are taken beside what a model of redact finds, each with its precision on training rows: those
 * that the task names, and those that the rows speak for. A label whose name stands for a pattern that is told by its form,
 * and for which the task names none, has been told to have none.
 */
export function patternsBeside({ kind, train, labels, spans }: Material): SpanManifest["patterns"] {
  const named = spans?.patterns ?? [];
  if (kind !== "redact") return [...named];
  const texts = train.map(({ text, target }) => ({ text, spans: parseSpans(target ?? "[]").spans }));
  const isNamed = (pattern: string, label: string): boolean =>
    named.some((one) => one.pattern === pattern && one.label === label);
  const byName = (label: string): boolean => patternFor(label)?.some((pattern) => toldByForm.has(pattern)) ?? false;
  const refused = new Set(labels.filter((label) => byName(label) && !named.some((one) => one.label === label)));
  const best = new Map<string, SpanManifest["patterns"][number]>();
  for (const { pattern, label: number, precision } of fitPatterns(texts, labels, named)) {
    const label = labels[number];
    if (!isNamed(pattern, label) && (precision < LEAST || refused.has(label))) continue;
    const before = best.get(pattern);
    if (before === undefined || precision > (before.precision ?? 0)) best.set(pattern, { pattern, label, precision });
  }
  return [...best.values()];
}
