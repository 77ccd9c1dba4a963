import { setImmediate } from "node:timers/promises";
import { Fault } from "../../base/fault.ts";
import { random } from "../../base/random.ts";
import { tagCount } from "../../spans/tags.ts";
import { type Dropout, Learner } from "./learner.ts";
import { checkCrfProblem, type CrfModel, type CrfProblem } from "./problem.ts";

export interface CrfOptions extends Dropout {
  readonly epochs: number;
  /** Step size of AdaGrad; it falls to nothing along a line. */
  readonly rate: number;
  /** Texts after which the steps from tag to tag are learnt from: their exponentials are then taken anew. */
  readonly batch: number;
  readonly seed: number | string;
}

export const crfDefaults: CrfOptions = { epochs: 15, rate: 0.1, dropout: 0.4, hiding: 0.05, batch: 8, seed: 0 };

export interface CrfContext {
  readonly signal?: AbortSignal;
  /** Called after each epoch with the mean of -log p(tags | text), in nats, as it was when each text was looked at. */
  readonly epoch?: (done: number, loss: number) => void;
}

/** Texts between two looks at the signal. */
const BREATH = 512;

/**
 * Maximises Σ log p(tags | text) by AdaGrad (Duchi, Hazan & Singer 2011), a text at a time, with dropped-out features in
 * place of a penalty. Every epoch costs what one pass of L-BFGS would, and about ten are enough. A
 * function of problem, options and seed; one thread.
 */
export async function trainCrf(
  problem: CrfProblem,
  given: Partial<CrfOptions> = {},
  context: CrfContext = {},
): Promise<CrfModel> {
  checkCrfProblem(problem);
  const options = { ...crfDefaults, ...given };
  const { epochs, rate, dropout, hiding, batch } = options;
  if (!(epochs >= 1 && rate > 0 && dropout >= 0 && dropout < 1 && hiding >= 0 && hiding < 1 && batch >= 1)) {
    throw new Fault("learn/options", {
      what: `${epochs} epochs, rate ${rate}, dropout ${dropout}, hiding ${hiding} and batches of ${batch} cannot be worked with`,
      remedy: "give at least one epoch, a rate above 0, a dropout and a hiding from 0 to below 1 and batches from 1",
    });
  }
  const texts = problem.rows.texts.length - 1;
  const stream = random(options.seed, "crf order");
  const learner = new Learner(problem, options, random(options.seed, "crf dropout"));
  const order = Int32Array.from({ length: texts }, (_, i) => i);
  let seen = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    stream.shuffle(order);
    let loss = 0;
    for (let from = 0; from < texts; from += batch) {
      const to = Math.min(texts, from + batch);
      loss += learner.learn(order.subarray(from, to), rate * (1 - seen / (epochs * texts)));
      if (Math.floor(seen / BREATH) !== Math.floor((seen + to - from) / BREATH)) {
        await setImmediate();
        context.signal?.throwIfAborted();
      }
      seen += to - from;
    }
    if (!Number.isFinite(loss)) {
      throw new Fault("learn/diverged", {
        what: `the loss of the random field is no longer finite in epoch ${epoch}`,
        remedy: "lower the learning rate",
      });
    }
    context.epoch?.(epoch, loss / texts);
  }
  return {
    features: problem.rows.features,
    tags: tagCount(problem.labels),
    weights: learner.weights,
    transitions: Float32Array.from(learner.transitions),
  };
}
