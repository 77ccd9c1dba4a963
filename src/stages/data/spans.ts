import { z } from "zod";
import { Fault } from "../../base/fault.ts";
import { canonical } from "../../base/hash.ts";
import { nearest } from "../../base/nearest.ts";
import type { Example } from "../../record/dataset.ts";
import type { SpanSpec } from "../../record/spans.ts";
import { alignAll } from "../../spans/align.ts";
import { checkSpans, isSpanProblem } from "../../spans/check.ts";
import { parseSpans, printSpans, type SpanTarget } from "../../spans/span.ts";
import type { OffsetUnit } from "../../spans/offset-unit.ts";
import { offsetUnit, unitMisfit } from "../../spans/units.ts";
import type { FieldType } from "../../text/values/value.ts";
import { maxLabelUnits, maxRowUnits } from "./limits.ts";
import { Refused } from "./refused.ts";
import { cell, type ReadRow } from "./table.ts";

/** What reading spans needs to know of the task. */
export interface SpanReading {
  readonly spec: SpanSpec;
  readonly offsets: OffsetUnit;
}

/** Columns that targets stand in besides the one that the task names. */
export const targetColumns: readonly string[] = ["spans", "fields"];

export function hasTargets(named: readonly string[], label: string): boolean {
  return [label, ...targetColumns].some((name) => named.includes(name));
}

const mostSpans = 10_000;
const label = z.string().min(1).max(maxLabelUnits);
const offset = z.number().int().min(0);
const givenSpan = z.looseObject({ start: offset, end: offset, label, text: z.string().optional() });
const plain = z.union([z.string().max(maxRowUnits), z.number(), z.boolean()]).transform(String);
const amount = z
  .object({ amount: plain, currency: z.string().max(16).nullable() })
  .transform(({ amount, currency }) => (currency === null ? amount : `${amount} ${currency}`));
const value = z.union([plain, amount]);
/** As a file gives them: spans by offset, values by field, or what printSpans wrote (always in UTF-16 units). */
const rawSchema = z.union([
  z
    .array(givenSpan)
    .max(mostSpans)
    .transform((spans) => ({ spans: spans })),
  z
    .array(z.array(z.unknown()).min(2).max(4))
    .max(mostSpans)
    .transform((printed) => ({ printed: JSON.stringify(printed) })),
  z
    .record(label, z.union([value, z.array(value).max(1000), z.null()]))
    .transform((fields) => ({ values: Object.entries(fields).flatMap(([name, given]) => valuesOf(name, given)) })),
]);
type Raw = z.infer<typeof rawSchema>;

function valuesOf(name: string, given: string | readonly string[] | null): { label: string; value: string }[] {
  const list = given === null ? [] : typeof given === "string" ? [given] : given;
  return list.filter((one) => one.trim() !== "").map((one) => ({ label: name, value: one }));
}

/** The target of a row as the file gives it, as JSON; null where the row has none. */
export function rawTarget(row: ReadRow, column: string): string | null | Refused {
  const found = [column, ...targetColumns]
    .map((name) => cell(row, name))
    .find((c) => c !== undefined && c !== null && c !== "");
  if (found === undefined) return null;
  let given: unknown = found;
  if (typeof found === "string") {
    try {
      given = JSON.parse(found);
    } catch {
      return new Refused("data/span-form", "its spans are not JSON");
    }
  }
  const read = rawSchema.safeParse(given);
  if (read.success) return canonical(given);
  const [{ path, message }] = read.error.issues;
  const at = path.length === 0 ? "" : ` (at ${path.map(String).join(".")}: ${message})`;
  const why = `its target is neither a list of spans, each {"start", "end", "label"}, nor an object of values by field${at}`;
  return new Refused("data/span-form", why);
}

/** Rows with their targets settled: offsets in UTF-16, values placed in the text; and those that cannot be. */
export function settle(
  examples: readonly Example[],
  { spec, offsets }: SpanReading,
  labels: readonly string[],
  file: string,
): (Example | Refused)[] {
  const raws = examples.map(({ target }) => (target === null ? null : rawSchema.parse(JSON.parse(target))));
  refuseWrongUnit(examples, raws, offsets, file);
  const placed = placeValues(examples, raws, spec);
  return examples.map((example, i) => {
    const raw = raws[i];
    if (raw === null) return example;
    const target = "values" in raw ? placed[i] : targetOf(example.text, raw, offsets);
    if (target instanceof Refused) return target;
    const unknown = labels.length === 0 ? undefined : namesIn(target).find((name) => !labels.includes(name));
    if (unknown !== undefined) return undeclared(unknown, labels);
    return { ...example, target: printSpans(target) };
  });
}

function targetOf(text: string, raw: Exclude<Raw, { values: unknown }>, unit: OffsetUnit): SpanTarget | Refused {
  if ("spans" in raw) {
    const checked = checkSpans(text, raw.spans, unit);
    return isSpanProblem(checked) ? new Refused(checked.code, checked.why) : { spans: checked.spans, unplaced: [] };
  }
  let printed: SpanTarget;
  try {
    printed = parseSpans(raw.printed);
  } catch {
    return new Refused("data/span-form", "its spans are not in the form that whittle writes");
  }
  const checked = checkSpans(
    text,
    printed.spans.map(({ start, end, label }) => ({ start, end, label })),
  );
  return isSpanProblem(checked) ? new Refused(checked.code, checked.why) : printed;
}

/** Bare values found in their texts; how a field's values are written elsewhere in the file helps to choose. */
function placeValues(examples: readonly Example[], raws: readonly (Raw | null)[], spec: SpanSpec): SpanTarget[] {
  const rows = examples.map(({ text }, i) => {
    const raw = raws[i];
    const given = raw !== null && "values" in raw ? raw.values : [];
    return { text, values: given.map(({ label, value }) => ({ label, value, type: typeOf(spec, label) })) };
  });
  const isMonthFirst = Object.values(spec.fields).some(({ format }) => format === "month-first");
  const { rows: aligned } = alignAll(rows, isMonthFirst ? { values: { order: "mdy" } } : {});
  return aligned.map(({ target }) => target);
}

function typeOf({ fields }: SpanSpec, label: string): FieldType {
  return Object.hasOwn(fields, label) ? fields[label].type : "text";
}

/** Offsets that were counted in another unit fit one row in two by chance; told once for the file, not row by row. */
function refuseWrongUnit(
  examples: readonly Example[],
  raws: readonly (Raw | null)[],
  unit: OffsetUnit,
  file: string,
): void {
  const rows = raws.flatMap((raw, i) =>
    raw !== null && "spans" in raw ? [{ text: examples[i].text, spans: raw.spans }] : [],
  );
  const finding = offsetUnit(rows);
  const why = unitMisfit(unit, finding);
  if (why === undefined) return;
  throw new Fault("data/offsets", {
    what: `the spans of ${file} do not stand where their offsets say`,
    where: file,
    why,
    remedy: `say what they count: --offsets ${finding.unit}, or offsets: ${finding.unit} under data: in whittle.yaml`,
  });
}

function namesIn({ spans, unplaced }: SpanTarget): string[] {
  return [...spans, ...unplaced].map((entry) => entry.label);
}

function undeclared(name: string, labels: readonly string[]): Refused {
  const near = nearest(name, labels);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return new Refused("data/label-unknown", `the task declares no "${name.slice(0, 80)}"${hint}`);
}
