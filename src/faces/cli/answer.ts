import { Fault } from "../../base/fault.ts";
import type { Opened } from "../../predict/pack.ts";
import type { Prediction } from "../../record/prediction.ts";
import type { Line } from "./jsonl.ts";

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
    const why = cause instanceof Error ? cause.message : undefined;
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

/**
 * A row as one line of JSON: the fields as they came, then the prediction's. A field that came in under a name of the
 * prediction's (the true `label`, say) is kept under `given`.
 */
export function jsonLine({ fields, outcome }: Answered): string {
  const told: object = outcome instanceof Fault ? outcome.toJSON() : outcome;
  const taken = Object.entries(fields).filter(([name]) => Object.hasOwn(told, name));
  const kept = Object.entries(fields).filter(([name]) => !Object.hasOwn(told, name));
  const given = taken.length === 0 ? [] : [["given", Object.fromEntries(taken)] as const];
  return `${JSON.stringify(Object.fromEntries([...kept, ...Object.entries(told), ...given]))}\n`;
}

/** A row as a line of CSV (RFC 4180): the columns as they came, then `predicted`, `confidence` and `error`. */
export function csvLine(columns: readonly string[], { fields, outcome }: Answered): string {
  const told = outcome instanceof Fault ? ["", "", outcome.code] : [...toldOf(outcome), ""];
  return csvRow([...columns.map((name) => cellText(fields[name])), ...told]);
}

/** An answer in two cells: extract's record is JSON, as it has no one value; redact's is the redacted text. */
function toldOf(prediction: Prediction): [told: string, confidence: string] {
  if ("scores" in prediction) return [prediction.label, String(prediction.confidence)];
  const least = prediction.spans.reduce((sure, { confidence }) => Math.min(sure, confidence), 1);
  return ["fields" in prediction ? JSON.stringify(prediction.fields) : prediction.text, String(least)];
}

export function csvHead(columns: readonly string[]): string {
  return csvRow([...columns, "predicted", "confidence", "error"]);
}

function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
