import type { pool } from "../op/pool.ts";
import { arg, type Meaning } from "./call.ts";
import { resize } from "./resize.ts";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "./window.ts";

export const poolMeanings = {
  MaxPool: maxPool,
  AveragePool: (run) => [averagePool(run)],
  GlobalMaxPool: (run) => [globalMaxPool(arg(run, 0))],
  GlobalAveragePool: (run) => [globalAveragePool(arg(run, 0))],
  Resize: (run) => [resize(run)],
} satisfies Record<keyof typeof pool, Meaning>;
