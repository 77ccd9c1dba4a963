import { notJson } from "../../base/not-json.ts";
import { Fault } from "../../base/fault.ts";
import { maxColumns, maxRowUnits } from "./limits.ts";
import type { Row, Table } from "./table.ts";

/** One JSON object a line. A line that is none is refused by its number; the rest goes on. Blank lines mean nothing. */
export function readJsonl(text: string, file: string): Table {
  refuseOneArray(text, file);
  const rows: Row[] = [];
  const columns = new Set<string>();
  for (let start = 0, line = 1; start < text.length; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const row = readLine(text, start, end, line);
    if (row !== null) rows.push(row);
    if (row !== null && "cells" in row) for (const name of Object.keys(row.cells)) columns.add(name);
    start = end + 1;
  }
  if (columns.size > maxColumns) {
    throw new Fault("data/columns", {
      what: `${file} has too many fields`,
      where: file,
      why: `${columns.size} different names; ${maxColumns} are allowed`,
      remedy: "keep what the task needs; data belong in values, not in names",
    });
  }
  return { columns: [...columns], rows };
}

function readLine(text: string, start: number, end: number, line: number): Row | null {
  if (end - start > maxRowUnits) {
    return {
      line,
      refused: { code: "data/row-too-long", why: `the row has ${end - start} characters; ${maxRowUnits} are allowed` },
    };
  }
  const source = text.slice(start, end).trim();
  if (source === "") return null;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    return {
      line,
      refused: { code: "data/json", why: `not JSON: ${notJson(error)}` },
    };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return { line, refused: { code: "data/json", why: 'the line is JSON and not an object such as {"text": …}' } };
  }
  return { line, cells: value as Record<string, unknown> };
}

/** A file with one array of objects is common enough to deserve its own remedy. */
function refuseOneArray(text: string, file: string): void {
  if (!/^\s*\[/.test(text) || !/\]\s*$/.test(text.slice(-100))) return;
  throw new Fault("data/format", {
    what: `${file} is one JSON array`,
    where: `${file}:1`,
    why: "examples come as JSONL: one object a line",
    remedy: `turn it into lines, for example: jq -c '.[]' ${file} > examples.jsonl`,
  });
}
