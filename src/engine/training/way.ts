import { Fault } from "../../base/fault.ts";
import { float32, type Tensor, tensor } from "../../base/tensor.ts";
import type { LossScaleOptions, TrainingStep } from "../../graph/index.ts";
import type { Program } from "../port.ts";
import type { Optimiser } from "./optimiser.ts";
import { LossScale } from "./loss-scale.ts";
import { Sums } from "./sums.ts";

export type Feeds = Readonly<Record<string, Tensor>>;

/** What one update came to. */
export interface Taken {
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly clip: number;
  /** Whether gradients left half precision, so that nothing was updated. */
  readonly skipped: boolean;
  /** All that the last batch's run gave. */
  readonly results: Feeds;
}

/** Where parameters and the optimiser's state live, and how a step moves them. */
export interface Way {
  /** Update t, from 1, over the batches. */
  step(program: Program, batches: readonly Feeds[], t: number, rate: number): Promise<Taken>;
  /** The shapes of all that lives from step to step. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Copies of it. */
  state(): Promise<Map<string, Tensor>>;
  /** Sets what `state` gave; the names and shapes fit. */
  restore(tensors: ReadonlyMap<string, Tensor>): Promise<void>;
}

export interface WayOptions {
  readonly step: TrainingStep;
  readonly accumulate: boolean;
  /** The limit of the gradients' norm. */
  readonly clip?: number;
  /** Of mixed precision. */
  readonly mixed?: LossScaleOptions;
}

/** With the optimiser beside the engine: every run is fed the parameters, and gives gradients. */
export function besideWay(optimiser: Optimiser, { step, accumulate, clip: limit, mixed }: WayOptions): Way {
  const scale = mixed && new LossScale(mixed);
  const own = { ...optimiser.state, ...scale?.state };

  async function gradients(program: Program, batches: readonly Feeds[]): Promise<Whole> {
    const sums = new Sums(step.parameters);
    let results: Feeds = {};
    for (const batch of batches) {
      const scaled = scale && { loss_scale: scale.state.loss_scale };
      results = await program.run({ ...batch, ...optimiser.parameters, ...scaled });
      if (accumulate) sums.add(results);
    }
    if (accumulate) {
      const over = sums.weight * (scale?.value ?? 1);
      const gradientNorm = sums.norm / over;
      const clip = (limit === undefined ? 1 : Math.min(1, limit / (gradientNorm + 1e-6))) / over;
      return { loss: sums.loss, gradientNorm, clip, results, of: sums.gradients };
    }
    const of = Object.fromEntries(step.parameters.map((name) => [name, results[`gradient.${name}`]]));
    const [loss, gradientNorm, clip] = [results.loss, results.gradient_norm, results.clip_scale].map(number);
    return { loss, gradientNorm, clip, results, of };
  }
  return {
    shapes: new Map(Object.entries(own).map(([name, { dims }]) => [name, dims])),
    async step(program, batches, t, rate) {
      const { of, ...whole } = await gradients(program, batches);
      const taken = judged(whole, t, scale?.value);
      if (!taken.skipped) optimiser.update(of, t, rate, taken.clip);
      scale?.took(!taken.skipped);
      return taken;
    },
    state() {
      return Promise.resolve(new Map(Object.entries(own).map(([name, v]) => [name, copy(v)])));
    },
    restore(tensors) {
      for (const [name, { data }] of Object.entries(own))
        (data as Float32Array).set(tensors.get(name)!.data as Float32Array);
      return Promise.resolve();
    },
  };
}

/** With the optimiser in the graph: all that lives from step to step is resident in the one program. */
export function graphWay(program: Program, { step, accumulate, mixed }: WayOptions): Way {
  const shapes = new Map(step.residents.map(({ input, value }) => [input, value.dims]));
  const names = [...shapes.keys()];
  return {
    shapes,
    async step(_, batches, t, rate) {
      const common = { learning_rate: float32([], [rate]), step: float32([], [t]) };
      let results: Feeds = {};
      let [loss, weight] = [0, 0];
      for (const [i, batch] of batches.entries()) {
        const last = tensor("bool", [], Uint8Array.of(i === batches.length - 1 ? 1 : 0));
        results = await program.run({ ...batch, ...common, ...(accumulate && { update: last }) });
        const counts = accumulate ? number(results.batch_weight) : 1;
        loss += counts * number(results.loss);
        weight += counts;
      }
      const clip = Object.hasOwn(results, "clip_scale") ? number(results.clip_scale) : 1;
      const taken = { loss: loss / weight, gradientNorm: number(results.gradient_norm), clip, results };
      return judged(taken, t, mixed && number(await program.read("loss_scale")));
    },
    async state() {
      return new Map(await Promise.all(names.map(async (name) => [name, await program.read(name)] as const)));
    },
    async restore(tensors) {
      for (const name of names) await program.write(name, tensors.get(name)!);
    },
  };
}

/** What a step is judged by, and the gradients that it came to. */
type Whole = Omit<Taken, "skipped"> & { readonly of: Feeds };

/** Refuses a step that diverged. An overflow under a scale that can still be lowered is none. */
function judged(taken: Omit<Taken, "skipped">, t: number, scale: number | undefined): Taken {
  const { loss, gradientNorm } = taken;
  if (Number.isFinite(loss) && gradientNorm < OVERFLOW) return { ...taken, skipped: false };
  if (Number.isFinite(loss) && scale !== undefined && scale > LEAST) return { ...taken, skipped: true };
  throw new Fault("engine/diverged", {
    what: `the loss at step ${t} is ${loss} and its gradient's norm ${gradientNorm}`,
    why: `the parameters have grown beyond what ${scale === undefined ? "single" : "half"} precision holds`,
    remedy: "lower the learning rate, or clip the gradient",
  });
}

/** What a norm is below in the graph too (graph/training/loss-scale). */
const OVERFLOW = 3.4e38;
/** Below this scale an overflow is not the scale's doing. */
const LEAST = 2 ** -14;

const number = (value: Tensor): number => Number(value.data[0]);

function copy(value: Tensor): Tensor {
  return { ...value, data: value.data.slice() };
}
