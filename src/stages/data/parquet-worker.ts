import { parentPort, workerData } from "node:worker_threads";
import { unpackParquet } from "./parquet-unpack.ts";

/** The worker's whole life: one file in, what it holds out. */
parentPort?.postMessage(await unpackParquet(workerData as Uint8Array));
