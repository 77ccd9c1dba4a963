import { workerData } from "node:worker_threads";
import { type DualShare, solveShare } from "./dual.ts";

/** The entry of a solver thread: its share is the whole of its work, and its answer lies in shared memory. */
solveShare(workerData as DualShare);
