import { Worker } from "node:worker_threads";
import { builtEntry } from "../../base/entry.ts";
import { Fault } from "../../base/fault.ts";
import { unpackParquet, type Unpacked } from "./parquet-unpack.ts";
import type { Table } from "./table.ts";

const BASE_MS = 20_000;
const MS_PER_MEGABYTE = 500;
const HEAP_MEGABYTES = 2048;

/**
 * A Parquet file. It is unpacked in a worker with a deadline and a bounded heap, because a damaged file can send its
 * reader round in circles, and nothing else ends that.
 */
export async function readParquet(bytes: Uint8Array, file: string, deadlineMs = deadlineOf(bytes)): Promise<Table> {
  const entry = builtEntry(import.meta.url, "./parquet-worker");
  const unpacked = entry === undefined ? await unpackParquet(bytes) : await inWorker(entry, bytes, deadlineMs);
  if ("rows" in unpacked) {
    return { columns: unpacked.columns, rows: unpacked.rows.map((cells, i) => ({ line: i + 1, cells })) };
  }
  const tooLarge = unpacked.refused === "too-large";
  throw new Fault(tooLarge ? "data/too-large" : "data/parquet", {
    what: tooLarge ? `${file} is too large` : `${file} cannot be read as Parquet`,
    where: file,
    why: unpacked.why,
    remedy: tooLarge
      ? "bring a part of it, or only the columns that the task needs"
      : "write the file again, or bring the examples as CSV or JSONL",
  });
}

function inWorker(entry: URL, bytes: Uint8Array, deadlineMs: number): Promise<Unpacked> {
  return new Promise((resolve) => {
    const limits = { maxOldGenerationSizeMb: HEAP_MEGABYTES };
    const worker = new Worker(entry, { workerData: bytes, resourceLimits: limits });
    const damaged = (why: string): void => resolve({ refused: "damaged", why });
    const timer = setTimeout(() => {
      damaged(`its reader was not done within ${deadlineMs} ms`);
      void worker.terminate();
    }, deadlineMs);
    worker.once("message", resolve);
    worker.once("error", (error: Error) => damaged(error.message));
    worker.once("exit", () => {
      clearTimeout(timer);
      damaged("its reader ended without an answer");
    });
  });
}

function deadlineOf(bytes: Uint8Array): number {
  return BASE_MS + Math.ceil((bytes.length / 1e6) * MS_PER_MEGABYTE);
}
