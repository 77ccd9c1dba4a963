import { type Tensor, tensor } from "../../base/tensor.ts";
import type { LionOptions, SgdOptions } from "../../graph/index.ts";
import { type Common, settingsOf } from "../../graph/training/optimiser.ts";
import type { Optimiser } from "./optimiser.ts";

type Start = Readonly<Record<string, Tensor>>;
type Floats = Float32Array<ArrayBuffer>;

/** What a rule does to one parameter with its one tensor of state; `by` and `decay` are those of its group. */
type Pass = (p: Floats, state: Floats, g: Floats, clip: number, rate: number, decay: number) => void;

/** The sums of `graph/training/sgd`. */
export function sgd(start: Start, options: SgdOptions & Common): Optimiser {
  const { momentum = 0.9, nesterov = false } = options;
  return passing(start, momentum === 0 ? undefined : "v", settings(start, options, 0), (p, v, g, clip, rate, decay) => {
    for (let i = 0; i < p.length; i++) {
      const slope = g[i] * clip + decay * p[i];
      const moved = momentum === 0 ? slope : (v[i] = momentum * v[i] + slope);
      p[i] -= rate * (nesterov ? slope + momentum * moved : moved);
    }
  });
}

/** The sums of `graph/training/lion`. */
export function lion(start: Start, options: LionOptions & Common): Optimiser {
  const { beta1 = 0.9, beta2 = 0.99 } = options;
  return passing(start, "m", settings(start, options, 0.01), (p, m, g, clip, rate, decay) => {
    for (let i = 0; i < p.length; i++) {
      const slope = g[i] * clip;
      p[i] -= rate * (Math.sign(beta1 * m[i] + (1 - beta1) * slope) + decay * p[i]);
      m[i] = beta2 * m[i] + (1 - beta2) * slope;
    }
  });
}

function settings(start: Start, options: (SgdOptions | LionOptions) & Common, usual: number): Settings {
  return settingsOf(
    Object.entries(start).map(([name, { dims }]) => ({ name, dims })),
    options,
    usual,
  );
}

type Settings = ReturnType<typeof settingsOf>;

/** `prefix`: of the state's names; without one there is no state. */
function passing(start: Start, prefix: string | undefined, settings: Settings, pass: Pass): Optimiser {
  const none: Floats = new Float32Array(0);
  const parameters: Record<string, Tensor> = {};
  const kept: Record<string, Tensor> = {};
  for (const [name, { dims, data }] of Object.entries(start)) {
    parameters[name] = tensor("float32", dims, (data as Floats).slice());
    if (prefix !== undefined) kept[`${prefix}.${name}`] = tensor("float32", dims, new Float32Array(data.length));
  }
  return {
    parameters,
    state: { ...parameters, ...kept },
    update(gradients, _, rate, clip) {
      for (const [name, { data }] of Object.entries(parameters)) {
        const { rate: by, decay } = settings.get(name)!;
        const state = prefix === undefined ? none : (kept[`${prefix}.${name}`].data as Floats);
        pass(data as Floats, state, gradients[name].data as Floats, clip, rate * by, decay);
      }
    },
  };
}
