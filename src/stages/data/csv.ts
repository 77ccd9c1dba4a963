import { Fault } from "../../base/fault.ts";
import { maxColumns, maxRowUnits } from "./limits.ts";
import type { Row, Table } from "./table.ts";

/**
 * Comma-, semicolon- or tab-separated values after RFC 4180, with a header. The separator is the one under which the
 * header holds most of the wanted names, then the one that makes most columns of it.
 *
 * Own code rather than a library's because of what follows a broken quote: the record is refused by its line and
 * reading goes on at the very next line, so that one stray quote costs one row and not the rest of the file.
 */
export function readCsv(text: string, wanted: readonly string[], file: string): Table {
  const source = text.includes("\n") ? text : text.replaceAll("\r", "\n");
  const { header, separator } = chooseHeader(source, wanted, file);
  const columns = nameColumns(header.fields, file);
  const rows: Row[] = [];
  let at = header.next;
  let line = 1 + header.newlines;
  while (at < source.length) {
    const record = readRecord(source, at, separator);
    const here = line;
    const row = toRow(record, columns, here);
    // A record over several lines that is wrong is a quote nobody closed: only its first line is to blame.
    const skipOne = "refused" in row && record.newlines > 1 && row.refused.code !== "data/row-too-long";
    at = skipOne ? lineAfter(source, at) : record.next;
    line += skipOne ? 1 : record.newlines;
    if (!isBlank(record)) rows.push(row);
  }
  return { columns, rows };
}

interface Record {
  readonly fields: readonly string[];
  /** What is wrong with its quotes; null when nothing is. */
  readonly broken: string | null;
  readonly units: number;
  /** Where the next record starts, and how many lines were passed on the way there. */
  readonly next: number;
  readonly newlines: number;
}

function toRow(record: Record, columns: readonly string[], line: number): Row {
  const refuse = (code: `data/${string}`, why: string): Row => ({ line, refused: { code, why } });
  if (record.broken !== null) return refuse("data/csv-quote", record.broken);
  if (record.units > maxRowUnits) {
    return refuse("data/row-too-long", `the row has ${record.units} characters; ${maxRowUnits} are allowed`);
  }
  let n = record.fields.length;
  while (n > columns.length && record.fields[n - 1] === "") n--;
  if (n !== columns.length) {
    return refuse("data/csv-columns", `${n} ${n === 1 ? "field" : "fields"} where the header has ${columns.length}`);
  }
  return { line, cells: Object.fromEntries(columns.map((name, i) => [name, record.fields[i]])) };
}

function isBlank(record: Record): boolean {
  return record.broken === null && record.fields.length === 1 && record.fields[0].trim() === "";
}

/** Reads one record from `at`. A quote inside an unquoted field is an ordinary character, as people type 5" there. */
function readRecord(text: string, at: number, separator: string): Record {
  const fields: string[] = [];
  let i = at;
  let newlines = 0;
  const done = (next: number, broken: string | null): Record => ({ fields, broken, units: i - at, next, newlines });
  for (;;) {
    if (text[i] === '"') {
      const end = closingQuote(text, i + 1);
      if (end === -1) {
        newlines++;
        return done(lineAfter(text, at), "a quote is opened and never closed; close it, or leave it out");
      }
      const inside = text.slice(i + 1, end);
      newlines += count(inside, "\n");
      fields.push(inside.includes('"') ? inside.replaceAll('""', '"') : inside);
      i = end + 1;
      const rest = text.startsWith("\r\n", i) ? "\n" : text[i];
      if (rest !== undefined && rest !== separator && rest !== "\n") {
        newlines++;
        return done(lineAfter(text, i), "text follows a closing quote; a quote inside a field is written twice");
      }
    } else {
      const end = endOfField(text, i, separator);
      fields.push(text.slice(i, text[end] === "\n" && text[end - 1] === "\r" && end > i ? end - 1 : end));
      i = end;
    }
    if (text[i] === separator) {
      i++;
      continue;
    }
    newlines++;
    return done(lineAfter(text, i), null);
  }
}

/** The quote that closes a field opened before `from`; -1 when none does. */
function closingQuote(text: string, from: number): number {
  for (let i = text.indexOf('"', from); i !== -1; i = text.indexOf('"', i + 2)) {
    if (text[i + 1] !== '"') return i;
  }
  return -1;
}

function endOfField(text: string, from: number, separator: string): number {
  let i = from;
  while (i < text.length && text[i] !== separator && text[i] !== "\n") i++;
  return i;
}

function lineAfter(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline + 1;
}

function count(text: string, part: string): number {
  let n = 0;
  for (let i = text.indexOf(part); i !== -1; i = text.indexOf(part, i + 1)) n++;
  return n;
}

function chooseHeader(text: string, wanted: readonly string[], file: string): { header: Record; separator: string } {
  const readings = [",", ";", "\t"].map((separator) => ({ header: readRecord(text, 0, separator), separator }));
  const merit = ({ header }: { header: Record }): number => {
    if (header.broken !== null) return -1;
    const names = header.fields.map((name) => name.trim());
    return wanted.filter((name) => names.includes(name)).length * maxColumns + Math.min(names.length, maxColumns - 1);
  };
  const best = readings.reduce((a, b) => (merit(b) > merit(a) ? b : a));
  if (best.header.broken === null) return best;
  throw new Fault("data/csv-quote", {
    what: `the header of ${file} cannot be read`,
    where: `${file}:1`,
    why: best.header.broken,
    remedy: "mend the quotes in the first line; it must name the columns",
  });
}

function nameColumns(fields: readonly string[], file: string): string[] {
  const fault = (why: string): Fault =>
    new Fault("data/columns", {
      what: `the header of ${file} cannot be used`,
      where: `${file}:1`,
      why,
      remedy: "give every column a name of its own in the first line",
    });
  if (fields.length > maxColumns) throw fault(`it names ${fields.length} columns; ${maxColumns} are allowed`);
  const names = fields.map((name, i) => name.trim() || `column ${i + 1}`);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw fault(`two columns are called "${repeated}"`);
  return names;
}
