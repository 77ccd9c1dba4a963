import { Fault } from "../../base/fault.ts";
import { fmix32 } from "../../base/hash.ts";
import { tensor } from "../../base/tensor.ts";
import type { Tensor } from "../../base/tensor.ts";
import { fedWeights, toOnnx, trainingStep } from "../../graph/index.ts";
import type { Graph, OptimiserOptions, TrainingOptions, TrainingStep } from "../../graph/index.ts";
import { checkSettings } from "../../graph/training/settings.ts";
import type { Engine, Program } from "../port.ts";
import { batches, blamed, withRows } from "./batch.ts";
import { optimiser } from "./optimiser.ts";
import { besideWay, type Feeds, graphWay, type Way } from "./way.ts";

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
   * One step at a learning rate, through the form of the model named (the first when not told). Rows without `row_weights`
   * count alike. A loss that is no longer
   * finite is refused, and nothing is updated; in the graph, where the update is made by then, go on from a saved
   * state. Of several batches, which a trainer that accumulates takes, the update is
   * that of all their rows as one batch.
   */
  step(feeds: Feeds | readonly Feeds[], rate: number, form?: number): Promise<StepResult>;
  /**
   * What the model answers now, with Dropout silent: its outputs by name, from its own inputs alone. `of` the weights as
   * they are, or of their averages. Its program is compiled when first asked for.
   */
  run(inputs: Feeds, of?: "now" | "average"): Promise<Record<string, Tensor>>;
  /** Copies of the present values, or of the averages that `average` of the optimiser keeps. */
  parameters(of?: "now" | "average"): Promise<Map<string, Tensor>>;
  /** Copies of all that the next step depends on. */
  state(): Promise<TrainerState>;
  restore(state: TrainerState): Promise<void>;
  close(): Promise<void>;
}

export interface StepResult {
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** The outputs named by `keep`, of the last batch. */
  readonly kept: Readonly<Record<string, Tensor>>;
  /** The gradients of `inputGradients` by input, still to be multiplied by `clip`. */
  readonly inputGradients: Readonly<Record<string, Tensor>>;
  /** By what clipping multiplies every gradient. */
  readonly clip: number;
  /** Whether gradients left half precision: nothing was then updated, and the step does not count. */
  readonly skipped: boolean;
}

export interface TrainerState {
  readonly steps: number;
  /** Parameters, and what the optimiser keeps: `m.NAME`, `v.NAME` and `average.NAME`, say. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export interface TrainerOptions extends Omit<TrainingOptions, "optimiser"> {
  /** AdamW when not told. */
  readonly optimiser?: OptimiserOptions;
  /** "beside" the engine (the default, faster on processors) or in the "graph" (where tensors should not leave a device). */
  readonly place?: "beside" | "graph";
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
  const { optimiser: rule = { kind: "adamw" }, accumulate = false, threads } = options;
  const inGraph = options.place === "graph";
  const settings = { ...options, optimiser: inGraph ? rule : ("gradients" as const) };
  checkSettings({ ...options, optimiser: rule });
  const step = trainingStep(model, settings);
  const load = (compiled: TrainingStep): Promise<Program> =>
    engine.load(toOnnx(compiled.graph), {
      thread: "here",
      intraOpThreads: threads,
      resident: inGraph ? compiled.residents : [],
    });
  const program = await load(step);
  const programs = [program];
  let answering: Program | undefined;
  /** Copies of weights that hold until the next step. */
  const copied = new Map<string, Feeds>();
  const start = Object.fromEntries(step.residents.map(({ input, value }) => [input, value]));
  const own = { step, accumulate, clip: options.clip, mixed: options.mixed };
  const way: Way = inGraph ? graphWay(program, own) : besideWay(optimiser(start, rule), own);
  const whole = batches(model, options.loss);
  let steps = 0;

  /** Each batch of a step has a seed of its own. */
  function seeded(batch: number): Feeds {
    if (!step.seeded) return {};
    const first = fmix32(fmix32(options.seed ?? 0) ^ steps);
    const value = batch === 0 ? first : fmix32(first ^ batch);
    return { seed: tensor("int32", [], Int32Array.of(value | 0)) };
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

  async function parameters(of: "now" | "average" = "now"): Promise<Map<string, Tensor>> {
    const all = await way.state();
    const named = (name: string): Tensor | undefined => all.get(of === "now" ? name : `average.${name}`);
    if (step.parameters.some((name) => named(name) === undefined)) {
      throw new Fault("engine/state", {
        what: "the trainer keeps no averages of its parameters",
        remedy: "open it with `average` among the optimiser's settings",
      });
    }
    return new Map(step.parameters.map((name) => [name, named(name)!]));
  }

  return {
    get steps() {
      return steps;
    },
    async step(feeds, rate, form = 0) {
      const given = Array.isArray(feeds) ? (feeds as readonly Feeds[]) : [feeds as Feeds];
      if (given.length === 0 || (given.length > 1 && !accumulate)) {
        throw new Fault("engine/batches", {
          what: `a step was given ${given.length} batches`,
          remedy: "give it one, or open the trainer with `accumulate`",
        });
      }
      if (!(rate >= 0 && rate < Infinity))
        throw new Fault("graph/optimiser", { what: `the rate of a step is a number from 0, not ${rate}` });
      const fed = given.map((batch, i) => ({ ...whole(batch), ...seeded(i) }));
      const through = await programOf(form);
      copied.clear();
      const { results, ...taken } = await way.step(through, fed, steps + 1, rate).catch((error: unknown) => {
        throw blamed(error, fed);
      });
      if (!taken.skipped) steps++;
      const pick = (names: readonly string[] | undefined, prefix: string): Record<string, Tensor> =>
        Object.fromEntries((names ?? []).map((name) => [name, results[`${prefix}${name}`]]));
      return { ...taken, kept: pick(options.keep, ""), inputGradients: pick(options.inputGradients, "gradient.") };
    },
    async run(inputs, of = "now") {
      withRows(inputs);
      const weights = copied.get(of) ?? Object.fromEntries(await parameters(of));
      copied.set(of, weights);
      answering ??= await engine.load(toOnnx(fedWeights(model, options)), { thread: "here", intraOpThreads: threads });
      return answering.run({ ...inputs, ...weights });
    },
    parameters,
    async state() {
      return { steps, tensors: await way.state() };
    },
    async restore(state) {
      for (const name of new Set([...way.shapes.keys(), ...state.tensors.keys()])) {
        const [kept, saved] = [way.shapes.get(name), state.tensors.get(name)?.dims];
        if (kept !== undefined && saved?.join() === kept.join()) continue;
        const how = kept === undefined ? "is kept by no such trainer" : "has another shape";
        throw new Fault("engine/state", {
          what: `the saved state does not fit: "${name}" ${saved === undefined ? "is missing" : how}`,
          remedy: "start the training again, or with the settings that the state was saved with",
        });
      }
      copied.clear();
      await way.restore(state.tensors);
      steps = state.steps;
    },
    async close() {
      for (const each of [...programs, answering]) await each?.close();
    },
  };
}
