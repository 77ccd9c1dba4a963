import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { builtEntry } from "../base/entry.ts";
import { Fault } from "../base/fault.ts";
import type { Csr } from "../features/csr.ts";
import { descend, type DualOptions, squaresOf } from "./coordinates.ts";
import { checkProblem, type LinearModel, type LinearProblem } from "./linear.ts";

export interface LinearOptions extends Partial<DualOptions> {
  /** Threads to spread the classes over; as many as the machine has when not told. The result does not depend on it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

export const dualDefaults: DualOptions = { cost: 0.5, tolerance: 0.1, mostPasses: 200, seed: 0 };

/** What a worker is given: views of shared memory, and the classes that are its share. */
export interface DualShare {
  readonly matrix: Csr;
  readonly squares: Float64Array;
  readonly labels: Int32Array;
  readonly rowWeights: Float64Array | undefined;
  readonly options: DualOptions;
  readonly classes: readonly number[];
  /** classes × (features + 1), the bias last. */
  readonly columns: Float32Array;
}

/** Below this many class × entry products a worker costs more than it saves. */
const WORTH_A_WORKER = 20_000_000;

/**
 * One-vs-rest linear SVM. Each class is solved by itself from its own random stream, so the model is a function of
 * problem, cost, tolerance, passes and seed, whatever the number of threads. Of two classes one is solved and mirrored.
 */
export async function trainLinear(problem: LinearProblem, given: LinearOptions = {}): Promise<LinearModel> {
  checkProblem(problem);
  const options: DualOptions = {
    cost: given.cost ?? dualDefaults.cost,
    tolerance: given.tolerance ?? dualDefaults.tolerance,
    mostPasses: given.mostPasses ?? dualDefaults.mostPasses,
    seed: given.seed ?? dualDefaults.seed,
  };
  if (!(options.cost > 0 && options.tolerance > 0 && options.mostPasses >= 1)) {
    throw new Fault("learn/options", {
      what: `cost ${options.cost}, tolerance ${options.tolerance} and ${options.mostPasses} passes cannot be worked with`,
      remedy: "give a cost and a tolerance above 0 and at least one pass",
    });
  }
  const { matrix, labels, rowWeights } = problem;
  const solved = problem.classes === 2 ? 1 : problem.classes;
  const products = solved * matrix.ids.length;
  const wanted = Math.min(solved, given.threads ?? availableParallelism());
  const entry = wanted > 1 && products >= WORTH_A_WORKER ? builtEntry(import.meta.url, "./dual-worker") : undefined;
  const threads = entry === undefined ? 1 : wanted;
  const columns = new Float32Array(new SharedArrayBuffer(solved * (matrix.cols + 1) * 4));
  const whole = {
    matrix: threads > 1 ? sharedMatrix(matrix) : matrix,
    squares: squaresOf(matrix),
    labels,
    rowWeights,
    options,
    columns,
  };
  const shares = Array.from({ length: threads }, (_, t): DualShare => {
    const classes = Array.from({ length: solved }, (_, k) => k).filter((k) => k % threads === t);
    return { ...whole, classes };
  });
  given.signal?.throwIfAborted();
  if (entry === undefined) shares.forEach((share) => solveShare(share, given.signal));
  else await Promise.all(shares.map((share) => inWorker(entry, share, given.signal)));
  return byFeature(columns, matrix.cols, problem.classes);
}

/** Solves the classes of a share one after another into its columns. */
export function solveShare(share: DualShare, signal?: AbortSignal): void {
  const width = share.matrix.cols + 1;
  const w = new Float64Array(width);
  for (const positive of share.classes) {
    signal?.throwIfAborted();
    descend({ ...share, positive }, share.options, w.fill(0));
    share.columns.set(w, positive * width);
  }
}

/** Turns the solved columns into weights by feature. A single column is class 0 against class 1. */
function byFeature(columns: Float32Array, features: number, classes: number): LinearModel {
  const weights = new Float32Array(features * classes);
  const bias = new Float32Array(classes);
  const width = features + 1;
  for (let k = 0; k < classes; k++) {
    const mirrored = classes === 2 && k === 1;
    const from = mirrored ? 0 : k * width;
    const sign = mirrored ? -1 : 1;
    for (let f = 0; f < features; f++) weights[f * classes + k] = sign * columns[from + f];
    bias[k] = sign * columns[from + features];
  }
  return { features, classes, weights, bias };
}

function sharedMatrix(matrix: Csr): Csr {
  const offsets = new Int32Array(new SharedArrayBuffer(matrix.offsets.byteLength));
  const ids = new Int32Array(new SharedArrayBuffer(matrix.ids.byteLength));
  const weights = new Float32Array(new SharedArrayBuffer(matrix.weights.byteLength));
  offsets.set(matrix.offsets);
  ids.set(matrix.ids);
  weights.set(matrix.weights);
  return { ...matrix, offsets, ids, weights };
}

function inWorker(entry: URL, share: DualShare, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, { workerData: share });
    const stop = (): void => {
      void worker.terminate();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", stop, { once: true });
    worker.on("error", (cause) => reject(new Fault("learn/worker", { what: "a solver thread failed", cause })));
    worker.on("exit", (code) => {
      signal?.removeEventListener("abort", stop);
      if (code === 0) resolve();
      else reject(new Fault("learn/worker", { what: `a solver thread ended with code ${code}` }));
    });
  });
}
