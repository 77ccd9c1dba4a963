import { Fault } from "../../base/fault.ts";
import { random } from "../../base/random.ts";
import { batches } from "./batches.ts";
import { learningRate } from "../../engine/training/schedule.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";

/** What the loop trains: something that takes steps, and whose state can be saved and set. */
export interface Trainable {
  /** One step over some rows; returns their mean loss. `t` counts steps from 1. */
  step(rows: Int32Array, rate: number, t: number): Promise<number>;
  /** Everything that the next step depends on. */
  save(): Promise<Map<string, Float32Array>>;
  restore(state: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** Quality on the rows watched, higher is better; undefined where none are. */
  watch?(): Promise<number>;
}

export interface LoopOptions {
  /** Length of the schedule. */
  readonly epochs: number;
  /** Epochs to run of it; all when not told. A refit stops where its recipe's best epoch was. */
  readonly stopAfter?: number;
  /** Epochs without a better one after which training stops early. */
  readonly patience: number;
  readonly batch: number;
  readonly rate: number;
  readonly warmUp: number;
  readonly seed: number;
  /** Of each row, for batches of rows of like length. */
  readonly lengths: ArrayLike<number>;
  readonly checkpoint: { load(): Uint8Array | undefined; save(state: Uint8Array): void };
  readonly signal?: AbortSignal;
  /** Called after every step. */
  readonly progress?: (epoch: number, share: number, loss: number) => void;
}

export interface Epoch {
  readonly epoch: number;
  readonly loss: number;
  readonly watched: number | null;
}

/**
 * Epochs over seeded, length-bucketed batches with a warm-up and a linear schedule. Where rows are watched, training
 * stops early and the best epoch is what remains. After each epoch the state is saved; a run that was stopped goes on from
 * there and ends with the same weights as one that was not.
 */
export async function trainLoop(model: Trainable, options: LoopOptions): Promise<{ curve: Epoch[]; best: number }> {
  const { batch, lengths, seed, signal } = options;
  const perEpoch = Math.ceil(lengths.length / batch);
  const schedule = { peak: options.rate, warmUp: options.warmUp, steps: perEpoch * options.epochs };
  const last = Math.min(options.epochs, options.stopAfter ?? options.epochs);
  const { curve, kept } = await resume(model, options);
  for (let epoch = curve.length + 1; epoch <= last && !exhausted(curve, options.patience); epoch++) {
    let sum = 0;
    let t = (epoch - 1) * perEpoch;
    for (const rows of batches(lengths, batch, random(seed, `batches ${epoch}`))) {
      signal?.throwIfAborted();
      t++;
      const loss = await model.step(rows, learningRate(schedule, t), t);
      if (!Number.isFinite(loss)) throw diverged(epoch, loss);
      sum += loss * rows.length;
      options.progress?.(epoch, (t - (epoch - 1) * perEpoch) / perEpoch, loss);
    }
    curve.push({ epoch, loss: sum / lengths.length, watched: (await model.watch?.()) ?? null });
    const state = await model.save();
    if (bestOf(curve) === epoch && model.watch !== undefined) kept.best = state;
    options.checkpoint.save(writeSnapshot({ facts: curve, arrays: prefixed(state, kept.best) }));
  }
  if (kept.best !== undefined) await model.restore(kept.best);
  return { curve, best: bestOf(curve) };
}

/** The epoch with the best watched quality, the first of equals; the last one where nothing was watched. */
function bestOf(curve: readonly Epoch[]): number {
  let best = curve[curve.length - 1];
  for (const point of curve) {
    if (point.watched === null) return curve.length;
    if (point.watched > (best.watched ?? -Infinity) || (point.watched === best.watched && point.epoch < best.epoch))
      best = point;
  }
  return best.epoch;
}

function exhausted(curve: readonly Epoch[], patience: number): boolean {
  return curve.length > 0 && curve[0].watched !== null && curve.length - bestOf(curve) >= patience;
}

async function resume(
  model: Trainable,
  options: LoopOptions,
): Promise<{ curve: Epoch[]; kept: { best?: ReadonlyMap<string, Float32Array> } }> {
  const saved = options.checkpoint.load();
  if (saved === undefined) return { curve: [], kept: {} };
  const { facts, arrays } = readSnapshot(saved);
  const part = (prefix: string): Map<string, Float32Array> =>
    new Map([...arrays].flatMap(([name, a]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), a]] : [])));
  await model.restore(part("now/"));
  const best = part("best/");
  return { curve: facts as Epoch[], kept: best.size > 0 ? { best } : {} };
}

function prefixed(
  now: ReadonlyMap<string, Float32Array>,
  best: ReadonlyMap<string, Float32Array> | undefined,
): Map<string, Float32Array> {
  const named = (prefix: string, of: ReadonlyMap<string, Float32Array>): [string, Float32Array][] =>
    [...of].map(([name, array]) => [prefix + name, array]);
  return new Map([...named("now/", now), ...(best === undefined ? [] : named("best/", best))]);
}

function diverged(epoch: number, loss: number): Fault {
  return new Fault("learn/diverged", {
    what: `the loss became ${loss} in epoch ${epoch}`,
    why: "the steps were too long for these rows",
    remedy: "lower the learning rate of the rung",
  });
}
