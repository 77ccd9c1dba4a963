import { parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { Fault } from "../../base/fault.ts";
import { maxColumns, maxFileBytes, maxRows } from "./limits.ts";
import type { Row, Table } from "./table.ts";

/** A Parquet file. What it claims to unpack to is checked against the limits before anything is unpacked. */
export async function readParquet(bytes: Uint8Array, file: string): Promise<Table> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  try {
    const metadata = parquetMetadata(buffer);
    const columns = parquetSchema(metadata).children.map((child) => child.element.name);
    const groups = metadata.row_groups.flatMap((group) => group.columns);
    const unpacked = groups.reduce((sum, part) => sum + Number(part.meta_data?.total_uncompressed_size ?? 0), 0);
    if (Number(metadata.num_rows) > maxRows || unpacked > maxFileBytes || columns.length > maxColumns) {
      throw new Fault("data/too-large", {
        what: `${file} is too large`,
        where: file,
        why: `it holds ${metadata.num_rows} rows, ${columns.length} columns and ${unpacked} bytes unpacked; ${maxRows}, ${maxColumns} and ${maxFileBytes} are allowed`,
        remedy: "bring a part of it, or only the columns that the task needs",
      });
    }
    const objects = await parquetReadObjects({ file: buffer, metadata, compressors });
    const rows: Row[] = objects.map((cells, i) => ({ line: i + 1, cells: cells as Record<string, unknown> }));
    return { columns, rows };
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault("data/parquet", {
      what: `${file} cannot be read as Parquet`,
      where: file,
      why: cause instanceof Error ? cause.message : "it is damaged",
      remedy: "write the file again, or bring the examples as CSV or JSONL",
      cause,
    });
  }
}
