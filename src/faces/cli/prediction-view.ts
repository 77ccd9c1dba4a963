import type { ClassifyPrediction, ExtractPrediction, FieldValue, Prediction } from "../../record/prediction.ts";
import { columns, probability } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

/** One prediction, for people. */
export function printPrediction(terminal: Terminal, prediction: Prediction): void {
  if ("scores" in prediction) printLabel(terminal, prediction);
  else if ("fields" in prediction) printRecord(terminal, prediction);
  else terminal.print(prediction.text);
}

const RUNNERS_UP = 2;

function printLabel(terminal: Terminal, { label, confidence, in_scope, scores }: ClassifyPrediction): void {
  const others = Object.entries(scores)
    .filter(([name]) => name !== label)
    .sort(([, a], [, b]) => b - a)
    .slice(0, RUNNERS_UP);
  const rows = [[label, probability(confidence)], ...others.map(([name, p]) => [name, probability(p)])];
  const [first, ...rest] = columns(rows);
  terminal.print(`${terminal.style("bold", first)}${in_scope === false ? "  (seems to be none of these)" : ""}`);
  for (const line of rest) terminal.print(terminal.style("dim", line));
}

/**
 * Every field: its value, how sure the least sure span of it is, and the words of the text where they are written
 * otherwise or do not read as the field's type.
 */
function printRecord(terminal: Terminal, { fields, spans }: ExtractPrediction): void {
  const rows = Object.entries(fields).map(([name, value]) => {
    const own = spans.filter((span) => span.label === name);
    const told = valuesOf(value).map(printValue).join(", ");
    const least = Math.min(...own.map(({ confidence }) => confidence));
    const written = own.map(({ text }) => `"${text.replaceAll(/\s+/g, " ")}"`).join(", ");
    const isPlain =
      written ===
      valuesOf(value)
        .map((one) => `"${printValue(one)}"`)
        .join(", ");
    return [name, told === "" ? "—" : told, own.length === 0 ? "" : probability(least), isPlain ? "" : written];
  });
  for (const line of columns(rows)) terminal.print(line.trimEnd());
}

export function valuesOf(value: ExtractPrediction["fields"][string]): readonly FieldValue[] {
  return value === null ? [] : Array.isArray(value) ? (value as readonly FieldValue[]) : [value as FieldValue];
}

/** "12.50 EUR", "2026-03-01", "Dune" */
export function printValue(value: FieldValue): string {
  if (typeof value !== "object") return String(value);
  return value.currency === null ? value.amount : `${value.amount} ${value.currency}`;
}
