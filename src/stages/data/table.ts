import type { FaultCode } from "../../base/fault.ts";

/** A file as its reader saw it: names and cells, before they mean anything. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** A record of the file, or the reason why the reader could make none of it. */
export type Row = ReadRow | UnreadRow;

export interface ReadRow {
  /** 1-based: the line where the record starts (the row, for Parquet). */
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

export interface UnreadRow {
  readonly line: number;
  readonly refused: { readonly code: FaultCode; readonly why: string };
}

/** The cell under a name; undefined where the row has none, whatever the name (`constructor` is a fair column). */
export function cell(row: ReadRow, column: string): unknown {
  return Object.hasOwn(row.cells, column) ? row.cells[column] : undefined;
}
