import type { FieldValue } from "../../record/prediction.ts";
import type { FieldSpec } from "../../record/spans.ts";
import type { FoundSpan } from "../../spans/decode.ts";
import type { Span, SpanTarget } from "../../spans/span.ts";
import { normaliseValue, sameValue, type ValueOptions } from "../../text/values/value.ts";
import type { Placing } from "../span-measure.ts";

type Fields = Readonly<Record<string, FieldSpec>>;

/** A label that no field was declared for may stand in a text as often as it likes. */
const undeclared: FieldSpec = { type: "text", many: true, required: false, format: null };

function fieldOf(fields: Fields, label: string): FieldSpec {
  return Object.hasOwn(fields, label) ? fields[label] : undeclared;
}

function optionsOf({ format }: FieldSpec): ValueOptions {
  return format === null ? {} : { order: format === "month-first" ? "mdy" : "dmy" };
}

/** Of a field that has one value the surest span, the earliest of equals. */
export function onePerField(spans: readonly FoundSpan[], fields: Fields): FoundSpan[] {
  const best = new Map<string, FoundSpan>();
  for (const span of spans) {
    const before = best.get(span.label);
    if (before === undefined || span.confidence > before.confidence) best.set(span.label, span);
  }
  return spans.filter((span) => fieldOf(fields, span.label).many || best.get(span.label) === span);
}

/**
 * Every field's value in the normal form of its type: null where nothing was found, or nothing that reads as the type (its
 * words are still among the spans). Equal values of a field that has many are told once.
 */
export function fieldsOf(
  text: string,
  spans: readonly Span[],
  labels: readonly string[],
  fields: Fields,
): Record<string, FieldValue | FieldValue[] | null> {
  // fromEntries defines fields, so a field named "__proto__" stays one.
  return Object.fromEntries(
    labels.map((label) => {
      const field = fieldOf(fields, label);
      const own = spans.filter((span) => span.label === label);
      const values = distinct(own.flatMap(({ start, end }) => typedValue(text.slice(start, end), field) ?? []));
      return [label, field.many ? values : (values[0] ?? null)];
    }),
  );
}

function typedValue(written: string, field: FieldSpec): FieldValue | undefined {
  const normal = normaliseValue(field.type, written, optionsOf(field));
  if (normal === undefined) return undefined;
  if (field.type === "number") return Number(normal.value);
  return normal.amount === undefined ? normal.value : { amount: normal.amount, currency: normal.currency ?? null };
}

function distinct(values: readonly FieldValue[]): FieldValue[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/**
 * A value that was given without a place is met by a found span of its field that means the same, wherever it stands: its
 * place becomes that span's. Places that were given stay.
 */
export function placedBy(fields: Fields): Placing {
  return ({ spans, unplaced }, found, text): SpanTarget => {
    const taken = new Set<Span>();
    const meeting = (label: string, value: string): Span | undefined => {
      const field = fieldOf(fields, label);
      const met = found.find(
        (span) =>
          span.label === label &&
          !taken.has(span) &&
          sameValue(field.type, value, text.slice(span.start, span.end), optionsOf(field)),
      );
      if (met !== undefined) taken.add(met);
      return met;
    };
    const placed: Span[] = [];
    const left: SpanTarget["unplaced"][number][] = [];
    for (const span of spans) placed.push(span.value === undefined ? span : (meeting(span.label, span.value) ?? span));
    for (const { label, value } of unplaced) {
      const met = meeting(label, value);
      if (met === undefined) left.push({ label, value });
      else placed.push({ start: met.start, end: met.end, label });
    }
    const inOrder = placed.map(({ start, end, label }) => ({ start, end, label })).sort((a, b) => a.start - b.start);
    return { spans: inOrder, unplaced: left };
  };
}
