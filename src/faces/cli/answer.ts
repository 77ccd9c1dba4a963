import { Fault } from "../../base/fault.ts";
import { notJson } from "../../base/not-json.ts";
import type { Opened } from "../../predict/pack.ts";
import type { Manifest } from "../../record/manifest.ts";
import type { Prediction } from "../../record/prediction.ts";
import { targetColumns } from "../../stages/data/spans.ts";
import type { Line } from "./jsonl.ts";
import { printValue, valuesOf } from "./prediction-view.ts";

/** A row to be answered: its fields as they came, and the text; or the fault that stands in its place. */
export type Asked =
  | { readonly fields: Readonly<Record<string, unknown>>; readonly text: string }
  | { readonly fields: Readonly<Record<string, unknown>>; readonly fault: Fault };

/** A row with its prediction or its fault. */
export interface Answered {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly outcome: Prediction | Fault;
}

export function askedOf(line: Line, column: string): Asked {
  if ("fault" in line) return { fields: {}, fault: line.fault };
  const where = `line ${line.number}`;
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (cause) {
    const why = notJson(cause);
    return {
      fields: {},
      fault: new Fault("predict/not-json", { what: "the line is not JSON", where, why, remedy: example, cause }),
    };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return {
      fields: {},
      fault: new Fault("predict/not-json", { what: "the line is JSON and no object", where, remedy: example }),
    };
  }
  return askedOfFields(value as Record<string, unknown>, column, where);
}

const example = 'write one object a line, such as {"text": "my card was swallowed"}';

/** The text stands under the pack's own column, or under "text". */
export function askedOfFields(fields: Record<string, unknown>, column: string, where: string): Asked {
  const name = [column, "text"].find((known) => Object.hasOwn(fields, known));
  const text = name === undefined ? undefined : fields[name];
  if (typeof text === "string") return { fields, text };
  const fault = new Fault("predict/no-text", {
    what: name === undefined ? `the row has no "${column}"` : `"${name}" is not text`,
    where,
    remedy: column === "text" ? example : `write one object a line, with the text under "${column}" or "text"`,
  });
  return { fields, fault };
}

/** Answers a batch; a row that cannot be answered has its fault in its place. */
export async function answer(pack: Opened, asked: readonly Asked[], signal: AbortSignal): Promise<Answered[]> {
  const texts = asked.flatMap((row) => ("text" in row ? [row.text] : []));
  const predictions = await pack.predictMany(texts, { signal });
  let next = 0;
  return asked.map((row) => ({ fields: row.fields, outcome: "text" in row ? predictions[next++] : row.fault }));
}

/** How rows of one pack are written. */
export interface Written {
  /** Of extract: the fields that a record has, each a column of its own in CSV. */
  readonly fields: readonly string[] | null;
  /** Of redact: the columns of a row that may hold what was redacted. They are not written, whatever became of the row. */
  readonly hidden: ReadonlySet<string> | null;
}

export function writtenBy({ kind, labels }: Pick<Manifest, "kind" | "labels">, column: string): Written {
  return {
    fields: kind === "extract" ? labels : null,
    hidden: kind === "redact" ? new Set([column, "text", ...targetColumns]) : null,
  };
}

/**
 * A row as one line of JSON: the fields as they came, then the prediction's. A field that came in under a name of the
 * prediction's (the true `label`, say) is kept under `given`.
 */
export function jsonLine({ fields, outcome }: Answered, { hidden }: Written): string {
  const told: object = outcome instanceof Fault ? outcome.toJSON() : outcome;
  const shown = Object.entries(fields).filter(([name]) => hidden?.has(name) !== true);
  const taken = shown.filter(([name]) => Object.hasOwn(told, name));
  const kept = shown.filter(([name]) => !Object.hasOwn(told, name));
  const given = taken.length === 0 ? [] : [["given", Object.fromEntries(taken)] as const];
  return `${JSON.stringify(Object.fromEntries([...kept, ...Object.entries(told), ...given]))}\n`;
}

/**
 * A row as a line of CSV (RFC 4180): the columns as they came; `predicted`, or of extract a column a field; `confidence`, that
 * of the least sure part, and `error`.
 */
export function csvLine(columns: readonly string[], { fields: given, outcome }: Answered, written: Written): string {
  const told =
    outcome instanceof Fault
      ? [...(written.fields ?? [""]).map(() => ""), "", outcome.code]
      : [...valuesIn(outcome, written.fields ?? []), String(confidenceOf(outcome)), ""];
  return csvRow([...shownOf(columns, written).map((name) => cellText(given[name])), ...told]);
}

function shownOf(columns: readonly string[], { hidden }: Written): string[] {
  return columns.filter((name) => hidden?.has(name) !== true);
}

/** The label of classify, the redacted text of redact; of extract each field, a JSON list where it has several values. */
function valuesIn(prediction: Prediction, fields: readonly string[]): string[] {
  if ("scores" in prediction) return [prediction.label];
  if (!("fields" in prediction)) return [prediction.text];
  return fields.map((name) => {
    const values = valuesOf(prediction.fields[name] ?? null).map(printValue);
    return values.length > 1 ? JSON.stringify(values) : (values[0] ?? "");
  });
}

function confidenceOf(prediction: Prediction): number {
  if ("scores" in prediction) return prediction.confidence;
  return prediction.spans.reduce((sure, { confidence }) => Math.min(sure, confidence), 1);
}

/** A field's column is told apart from one that came in under its name. */
export function csvHead(columns: readonly string[], written: Written): string {
  const named = written.fields?.map((name) => (columns.includes(name) ? `predicted_${name}` : name));
  return csvRow([...shownOf(columns, written), ...(named ?? ["predicted"]), "confidence", "error"]);
}

function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
