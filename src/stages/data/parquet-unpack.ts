import { parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { maxColumns, maxFileBytes, maxRows } from "./limits.ts";

/** What a Parquet file holds, or why it is not unpacked. */
export type Unpacked =
  | { readonly columns: string[]; readonly rows: Record<string, unknown>[] }
  | { readonly refused: "too-large" | "damaged"; readonly why: string };

/** Unpacks a Parquet file. What it claims to unpack to is checked against the limits before anything is unpacked. */
export async function unpackParquet(bytes: Uint8Array): Promise<Unpacked> {
  const file = bytes.slice().buffer;
  try {
    const metadata = parquetMetadata(file);
    const columns = parquetSchema(metadata).children.map((child) => child.element.name);
    const chunks = metadata.row_groups.flatMap((group) => group.columns);
    const unpacked = chunks.reduce((sum, chunk) => sum + Number(chunk.meta_data?.total_uncompressed_size ?? 0), 0);
    const sizes = [Number(metadata.num_rows), columns.length, unpacked];
    if (sizes.some((size, i) => size > [maxRows, maxColumns, maxFileBytes][i])) {
      const why = `it has ${sizes[0]} rows, ${sizes[1]} columns and ${sizes[2]} bytes unpacked; ${maxRows}, ${maxColumns} and ${maxFileBytes} are allowed`;
      return { refused: "too-large", why };
    }
    return { columns, rows: await parquetReadObjects({ file, metadata, compressors }) };
  } catch (error) {
    return { refused: "damaged", why: error instanceof Error ? error.message : "it cannot be read" };
  }
}
