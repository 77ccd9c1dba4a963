import { readdirSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { Fault } from "../../base/fault.ts";
import { readBounded } from "../../base/files.ts";
import { nearest } from "../../base/nearest.ts";
import { readCsv } from "./csv.ts";
import { decode } from "./decode.ts";
import { readJsonl } from "./jsonl.ts";
import { maxFileBytes } from "./limits.ts";
import { readParquet } from "./parquet.ts";
import type { Table } from "./table.ts";

/**
 * Reads a file of examples by what its first bytes, its name and its first character say it is, in that order.
 * @param wanted columns to look for where the form leaves room (the separator of a CSV)
 * @param name how faults call the file: the path as the user wrote it
 */
export async function readTable(path: string, wanted: readonly string[], name: string): Promise<Table> {
  const bytes = readBytes(path, name);
  const table = isParquet(bytes) ? await readParquet(bytes, name) : readText(decode(bytes, name), path, wanted, name);
  if (table.rows.length > 0) return table;
  throw new Fault("data/empty", {
    what: `${name} holds no rows`,
    where: name,
    why: table.columns.length > 0 ? "there is a header and nothing below it" : "the file is empty",
    remedy: "bring a file with a header and rows (CSV) or with one object a line (JSONL)",
  });
}

/** The bytes of a file of examples; where there is none, the fault names the nearest that there is. */
export function readBytes(path: string, name: string): Uint8Array {
  try {
    return readBounded(path, maxFileBytes);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const near = cause.code === "disk/missing" ? nearest(basename(path), namesIn(dirname(path))) : undefined;
    throw new Fault(cause.code, {
      what: cause.code === "disk/missing" ? `there is no file ${name}` : cause.message,
      where: name,
      why: cause.why,
      remedy: near === undefined ? cause.remedy : `did you mean ${near}?`,
      cause,
    });
  }
}

function readText(text: string, path: string, wanted: readonly string[], name: string): Table {
  if (text.trim() === "") return { columns: [], rows: [] };
  return isJsonl(path, text) ? readJsonl(text, name) : readCsv(text, wanted, name);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isParquet(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && String.fromCharCode(...bytes.subarray(0, 4)) === "PAR1";
}

function isJsonl(path: string, text: string): boolean {
  const extension = extname(path).toLowerCase();
  if ([".jsonl", ".ndjson", ".json"].includes(extension)) return true;
  if ([".csv", ".tsv"].includes(extension)) return false;
  return /^\s*[{[]/.test(text.slice(0, 1000));
}
