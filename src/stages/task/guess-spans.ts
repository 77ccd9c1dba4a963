import type { Example } from "../../record/dataset.ts";
import type { FieldSpec, SpanSpec } from "../../record/spans.ts";
import type { KindName } from "../../record/task.ts";
import { parseSpans } from "../../spans/span.ts";
import { type FieldType, normaliseValue } from "../../text/values/value.ts";
import { defaultField, spansOf } from "./spans.ts";

/** Types that a field is taken for by its values, the narrowest first; what is none of these is a text. */
const told: readonly FieldType[] = ["email", "iban", "date", "amount"];

/** Share of a field's values that must read as a type. */
const MOST = 0.8;

/** What the rows themselves say of the spans: whether a field is always there, has many values, and what type they are. */
export function guessSpans(kind: KindName, examples: readonly Example[], labels: readonly string[]): SpanSpec {
  if (kind === "redact") {
    return spansOf(kind, { categories: Object.fromEntries(labels.map((label) => [label, {}])) });
  }
  const values = new Map(labels.map((label) => [label, { rows: 0, most: 0, written: [] as string[] }]));
  let rows = 0;
  for (const { text, target } of examples) {
    if (target === null) continue;
    rows++;
    const { spans, unplaced } = parseSpans(target);
    const written = [
      ...spans.map((span) => [span.label, span.value ?? text.slice(span.start, span.end)]),
      ...unplaced.map(({ label, value }) => [label, value]),
    ];
    for (const [label, entry] of values) {
      const own = written.filter(([name]) => name === label).map(([, value]) => value);
      entry.rows += own.length > 0 ? 1 : 0;
      entry.most = Math.max(entry.most, own.length);
      entry.written.push(...own);
    }
  }
  const fields = [...values].map(([label, entry]): [string, FieldSpec] => [
    label,
    { ...defaultField, type: typeOf(entry.written), many: entry.most > 1, required: entry.rows === rows },
  ]);
  return { ...spansOf(kind, {}), fields: Object.fromEntries(fields) };
}

function typeOf(written: readonly string[]): FieldType {
  const reads = (type: FieldType): number => written.filter((value) => isWritten(type, value)).length;
  return told.find((type) => reads(type) >= MOST * written.length) ?? "text";
}

/** A bare number reads as an amount too; it counts as one where a currency or hundredths are written. */
function isWritten(type: FieldType, value: string): boolean {
  const normal = normaliseValue(type, value);
  if (normal === undefined || type !== "amount") return normal !== undefined;
  return (normal.currency ?? null) !== null || /\d[.,]\d\d$/.test(value.trim());
}
