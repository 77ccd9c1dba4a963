import { Fault } from "../../base/fault.ts";
import { fmix32 } from "../../base/hash.ts";
import { float32, tensor } from "../../base/tensor.ts";
import type { Tensor } from "../../base/tensor.ts";
import { toOnnx, trainingStep } from "../../graph/index.ts";
import type { Graph, TrainingOptions, TrainingStep } from "../../graph/index.ts";
import type { Engine, Program } from "../port.ts";
import { adamw } from "./optimiser.ts";
import type { AdamWSettings } from "./optimiser.ts";

/**
 * Trains the parameters of a model, one step at a time, on the caller's thread.
 *
 *   const trainer = await openTrainer(engine, encoder(config, initial(seed)), { loss, clip: 1, threads: 2 });
 *   const { loss } = await trainer.step({ ids, mask, labels, row_weights }, 3e-4);
 *   const trained = encoder(config, from(trainer.parameters()));
 *
 * Laws: the same model, options, feeds and rates leave the same bits; `restore(state())` goes on as if never stopped.
 */
export interface Trainer {
  /** Steps taken. */
  readonly steps: number;
  /**
   * One step at a learning rate, through the form of the model named (the first when not told). A loss that is no longer
   * finite is refused, and nothing is updated.
   */
  step(feeds: Readonly<Record<string, Tensor>>, rate: number, form?: number): Promise<StepResult>;
  /** Copies of the present values. */
  parameters(): Promise<Map<string, Tensor>>;
  /** Copies of all that the next step depends on. */
  state(): Promise<TrainerState>;
  restore(state: TrainerState): Promise<void>;
  close(): Promise<void>;
}

export interface StepResult {
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** The outputs named by `keep`. */
  readonly kept: Readonly<Record<string, Tensor>>;
  /** The gradients of `inputGradients` by input, still to be multiplied by `clip`. */
  readonly inputGradients: Readonly<Record<string, Tensor>>;
  /** By what clipping multiplies every gradient. */
  readonly clip: number;
}

export interface TrainerState {
  readonly steps: number;
  /** Parameters, and `m.NAME` and `v.NAME` for their moments. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export interface TrainerOptions extends Omit<TrainingOptions, "optimiser"> {
  readonly adamw?: AdamWSettings;
  /** "beside" the engine (the default, faster on processors) or in the "graph" (where tensors should not leave a device). */
  readonly optimiser?: "beside" | "graph";
  /** Threads inside one operator; 1 when not told. */
  readonly threads?: number;
  /** Of dropout. */
  readonly seed?: number;
  /**
   * Further forms of the model over the same parameters, such as the same network for longer sequences: steps may go
   * through any of them. Each is compiled when first used. Not with the optimiser in the graph.
   */
  readonly forms?: readonly (() => Graph)[];
}

export async function openTrainer(engine: Engine, model: Graph, options: TrainerOptions): Promise<Trainer> {
  const inGraph = options.optimiser === "graph";
  const settings = {
    ...options,
    optimiser: inGraph ? { kind: "adamw" as const, ...options.adamw } : ("gradients" as const),
  };
  const step = trainingStep(model, settings);
  const load = (compiled: TrainingStep): Promise<Program> =>
    engine.load(toOnnx(compiled.graph), {
      thread: "here",
      intraOpThreads: options.threads,
      resident: inGraph ? compiled.residents : [],
    });
  const program = await load(step);
  const programs = [program];
  const start = Object.fromEntries(step.residents.map(({ input, value }) => [input, value]));
  const beside = inGraph ? undefined : adamw(start, options.adamw);
  let steps = 0;

  function seeded(): Record<string, Tensor> {
    if (!step.seeded) return {};
    const value = fmix32(fmix32(options.seed ?? 0) ^ steps) | 0;
    return { seed: tensor("int32", [], Int32Array.of(value)) };
  }

  async function programOf(form: number): Promise<Program> {
    const known = programs[form] as Program | undefined;
    if (known !== undefined) return known;
    const make = options.forms?.[form - 1];
    if (make === undefined || inGraph) {
      throw new Fault("engine/form", {
        what: `the model has no form ${form} to train`,
        why: inGraph ? "with the optimiser in the graph there is one form alone" : `it has ${programs.length}`,
      });
    }
    const compiled = trainingStep(make(), settings);
    if (compiled.parameters.join() !== step.parameters.join()) {
      throw new Fault("engine/form", { what: `form ${form} of the model has other parameters than its first` });
    }
    return (programs[form] = await load(compiled));
  }

  async function stateTensors(): Promise<Map<string, Tensor>> {
    if (beside !== undefined) return new Map(Object.entries(beside.state).map(([name, value]) => [name, copy(value)]));
    const names = step.residents.map((resident) => resident.input);
    return new Map(await Promise.all(names.map(async (name) => [name, await program.read(name)] as const)));
  }

  return {
    get steps() {
      return steps;
    },
    async step(feeds, rate, form = 0) {
      const common = { ...feeds, ...seeded() };
      const results = await (
        await programOf(form)
      ).run(
        beside === undefined
          ? { ...common, learning_rate: float32([], [rate]), step: float32([], [steps + 1]) }
          : { ...common, ...beside.parameters },
      );
      const loss = Number(results.loss.data[0]);
      const gradientNorm = Number(results.gradient_norm.data[0]);
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        throw new Fault("engine/diverged", {
          what: `the loss at step ${steps + 1} is ${loss} and its gradient's norm ${gradientNorm}`,
          why: "the parameters have grown beyond what single precision holds",
          remedy: "lower the learning rate, or clip the gradient",
        });
      }
      steps++;
      const clip = results.clip_scale === undefined ? 1 : Number(results.clip_scale.data[0]);
      if (beside !== undefined) {
        const gradients = Object.fromEntries(step.parameters.map((name) => [name, results[`gradient.${name}`]]));
        beside.update(gradients, steps, rate, clip);
      }
      const pick = (names: readonly string[] | undefined, prefix: string): Record<string, Tensor> =>
        Object.fromEntries((names ?? []).map((name) => [name, results[`${prefix}${name}`]]));
      return {
        loss,
        gradientNorm,
        kept: pick(options.keep, ""),
        inputGradients: pick(options.inputGradients, "gradient."),
        clip,
      };
    },
    async parameters() {
      const all = await stateTensors();
      return new Map(step.parameters.map((name) => [name, all.get(name)!]));
    },
    async state() {
      return { steps, tensors: await stateTensors() };
    },
    async restore(state) {
      for (const { input, value } of inGraph ? step.residents : names(beside!.state)) {
        const saved = state.tensors.get(input);
        if (saved?.dims.join() !== value.dims.join()) {
          throw new Fault("engine/state", {
            what: `the saved state does not fit: "${input}" ${saved === undefined ? "is missing" : "has another shape"}`,
            remedy: "start the training again, or with the settings that the state was saved with",
          });
        }
        if (beside === undefined) await program.write(input, saved);
        else (value.data as Float32Array).set(saved.data as Float32Array);
      }
      steps = state.steps;
    },
    async close() {
      for (const each of programs) await (each as Program | undefined)?.close();
    },
  };
}

function names(state: Readonly<Record<string, Tensor>>): { readonly input: string; readonly value: Tensor }[] {
  return Object.entries(state).map(([input, value]) => ({ input, value }));
}

function copy(value: Tensor): Tensor {
  return { ...value, data: value.data.slice() };
}
