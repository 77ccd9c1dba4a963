import { Fault } from "../../base/fault.ts";
import { random } from "../../base/random.ts";
import { type Graph, quantise, type QuantiseSpec } from "../../graph/index.ts";
import { type Beyond, faked, fakesOf } from "../../graph/quantise/fake.ts";
import { withWeights } from "../../graph/rewrite/weights.ts";
import { learningRate } from "../../engine/training/schedule.ts";
import { type Divergence, divergence, meanSquare, type RunSettings, taughtBy } from "./divergence.ts";
import { asNear } from "./latest.ts";
import { roundedStart } from "./start.ts";
import { openStudent } from "./student.ts";
import type { Feeds } from "./tables.ts";

export interface HealOptions extends RunSettings {
  readonly seed: number;
  readonly epochs?: number;
  /** The highest learning rate. */
  readonly rate?: number;
  /** Of the distillation (graph/training/distil); 2 when not told. */
  readonly temperature?: number;
  /** Share of the batches that are not learned from, by which it is chosen what is kept. */
  readonly heldOut?: number;
  /** Puts weights that the spec gives 4 bits into fewer, as an experiment: no engine stores them so. */
  readonly beyond?: Beyond;
  /** Called after every step: the share of all steps that is done, and the loss. */
  readonly progress?: (share: number, loss: number) => void;
}

export interface Healed {
  /** In floating point: `quantise` with the same spec, rounded to the nearest, stores what was healed. */
  readonly graph: Graph;
  /** Of the quantised model from its parent on held-out batches. */
  readonly before: Divergence;
  readonly after: Divergence;
  /** After each epoch. */
  readonly curve: readonly Divergence[];
}

/**
 * Healing: the weights of a model are moved so that, rounded as the spec says, they answer as the model did before. The
 * parent teaches (Hinton, Vinyals & Dean 2015), its child reads every weight rounded, and what the rounded weights should
 * be is taken for what the weights under them should be (Bengio et al. 2013). It begins where GPTQ leaves the weights of
 * products, and learns what the parent gives inside beside its answers. Labels are not needed. What is returned is
 * never further from the parent on the batches held out than the parent quantised as it was.
 */
export async function heal(
  parent: Graph,
  spec: QuantiseSpec,
  batches: readonly Feeds[],
  options: HealOptions,
): Promise<Healed> {
  const { seed, epochs = 4, rate = 2e-4 } = options;
  if (batches.length < 2) {
    throw new Fault("learn/problem", {
      what: `a model cannot be healed by ${batches.length} batches`,
      why: "some are learned from, and the others say whether that was of use",
      remedy: "give more rows, or smaller batches",
    });
  }
  const plain: QuantiseSpec = { ...spec, rounding: "nearest" };
  const fakes = fakesOf(parent, plain, options.beyond);
  const taught = await taughtBy(parent, batches, options);
  const order = random(seed, "healing: held out").shuffle(taught.slice());
  const held = order.splice(0, Math.max(1, Math.round((options.heldOut ?? 0.15) * order.length)));
  const small = (graph: Graph): Graph =>
    options.beyond === undefined ? quantise(graph, plain).graph : faked(graph, fakes);
  const judged = (graph: Graph): Promise<Divergence> => divergence(small(graph), held, options);

  const before = await judged(parent);
  const curve: Divergence[] = [];
  let kept = { graph: parent, after: before };
  let nearest = before;
  const keep = async (graph: Graph): Promise<Divergence> => {
    const after = await judged(graph);
    if (after.apart < before.apart && asNear(after, nearest)) kept = { graph, after };
    if (after.apart < nearest.apart) nearest = after;
    return after;
  };
  // GPTQ judges by the inputs of every product, of which there are more than answers held out: it is begun from either way.
  const fed = order.map((t) => t.feeds);
  const start = options.beyond === undefined ? await roundedStart(parent, plain, fed, options) : parent;
  await keep(start);
  const student = await openStudent(parent, start, fakes, {
    ...options,
    apart: before.apart,
    batches: fed,
    size: meanSquare(taught),
  });
  try {
    const schedule = { peak: rate, warmUp: 0.1, steps: epochs * order.length };
    for (let epoch = 0; epoch < epochs; epoch++) {
      random(seed, `healing: epoch ${epoch}`).shuffle(order);
      for (const [i, batch] of order.entries()) {
        options.signal?.throwIfAborted();
        const t = epoch * order.length + i + 1;
        const loss = await student.step(batch, learningRate(schedule, t));
        options.progress?.(t / schedule.steps, loss);
      }
      curve.push(await keep(withWeights(parent, await student.weights())));
    }
  } finally {
    await student.close();
  }
  return { ...kept, before, curve };
}
