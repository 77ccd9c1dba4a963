import type { Tensor } from "../../base/tensor.ts";
import { tensor } from "../../base/tensor.ts";
import type { OptimiserOptions } from "../../graph/index.ts";
import { share } from "../../graph/training/optimiser.ts";
import { adamw } from "./adamw.ts";
import { lion, sgd } from "./plain.ts";

/** An optimiser beside the engine: parameters and its state lie in memory that the engine reads in place as feeds. */
export interface Optimiser {
  /** The present values; views that change with every update. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Parameters and the rule's state, views, by the names that they have in the graph. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** One update at step t ≥ 1; `clip` multiplies every gradient. */
  update(gradients: Readonly<Record<string, Tensor>>, t: number, rate: number, clip: number): void;
}

export function optimiser(start: Readonly<Record<string, Tensor>>, options: OptimiserOptions): Optimiser {
  const rule = ruleOf(start, options);
  return options.average === undefined ? rule : averaged(rule, share("a decay of averages", options.average));
}

function ruleOf(start: Readonly<Record<string, Tensor>>, options: OptimiserOptions): Optimiser {
  switch (options.kind) {
    case "adamw":
      return adamw(start, options);
    case "sgd":
      return sgd(start, options);
    case "lion":
      return lion(start, options);
  }
}

/** Keeps `average.NAME` beside each parameter, as `graph/training/update` does. */
function averaged(rule: Optimiser, decay: number): Optimiser {
  const pairs = Object.entries(rule.parameters).map(([name, { dims, data }]) => {
    const average = tensor("float32", dims, (data as Float32Array<ArrayBuffer>).slice());
    return { name: `average.${name}`, average, now: data as Float32Array };
  });
  return {
    parameters: rule.parameters,
    state: { ...rule.state, ...Object.fromEntries(pairs.map(({ name, average }) => [name, average])) },
    update(gradients, t, rate, clip) {
      rule.update(gradients, t, rate, clip);
      const rest = 1 - Math.min(decay, (1 + t) / (10 + t));
      for (const { average, now } of pairs) {
        const { data } = average;
        for (let i = 0; i < now.length; i++) data[i] += rest * (now[i] - data[i]);
      }
    },
  };
}
