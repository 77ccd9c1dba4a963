import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { Value } from "../ir.ts";
import { matching } from "../pattern.ts";
import type { AdamWOptions } from "./adamw.ts";
import type { LionOptions } from "./lion.ts";
import type { SgdOptions } from "./sgd.ts";

/** A rule by which gradients move parameters. */
export type OptimiserOptions = (AdamWOptions | SgdOptions | LionOptions) & Common;

/** What every rule takes. */
export interface Common {
  /** Parameters that have a rate or a decay of their own; of several groups that name one, the first counts. */
  readonly groups?: readonly ParameterGroup[];
  /** The decay of an exponential average of the weights that is kept beside them, within (0, 1): 0.999, say. */
  readonly average?: number;
}

export interface ParameterGroup {
  /** Names; `*` stands for anything. */
  readonly parameters: readonly string[];
  /** What the learning rate is multiplied by; 1 when not told. */
  readonly rate?: number;
  /** In place of the rule's decay, for all of the group, vectors too. */
  readonly decay?: number;
}

/** How decay falls on parameters. */
export interface DecayOptions {
  readonly decay?: number;
  /** Which parameters decay; those of two and more axes when not told (so no bias, scale or shift does). */
  readonly decays?: (name: string, dims: readonly number[]) => boolean;
}

/** One parameter on its way through a rule. */
export interface Trained {
  readonly name: string;
  readonly value: Value;
  /** Still to be multiplied by the clip factor. */
  readonly gradient: Value;
  readonly start: Tensor;
  /** The learning rate, that of its group. */
  readonly rate: Value;
  readonly decay: number;
}

/** A tensor that lives from step to step: what it is before one and after, and where it starts. */
export interface Moved {
  readonly name: string;
  readonly before: Value;
  readonly after: Value;
  readonly start: Tensor;
}

/** What one step has for all its parameters, scalars: what gradients are to be multiplied by, and t from 1. */
export interface StepScalars {
  readonly clip: Value;
  readonly step: Value;
}

/** By name, what multiplies the rate, and the decay. */
export function settingsOf(
  parameters: readonly { readonly name: string; readonly dims: readonly number[] }[],
  options: DecayOptions & Common & { readonly kind: string },
  usual: number,
): Map<string, { readonly rate: number; readonly decay: number }> {
  const { decay = usual, decays = (_: string, dims: readonly number[]) => dims.length >= 2, groups = [] } = options;
  const settings = new Map(
    parameters.map(({ name, dims }) => [name, { rate: 1, decay: decays(name, dims) ? decay : 0 }]),
  );
  for (const group of groups.toReversed()) {
    for (const [what, value] of Object.entries({ rate: group.rate ?? 1, decay: group.decay ?? 0 })) {
      if (!(value >= 0 && Number.isFinite(value)))
        throw new Fault("graph/optimiser", { what: `the ${what} of a group of parameters is ${value}, below 0` });
    }
    const named = matching(group.parameters, parameters, {
      code: "graph/parameter",
      what: (pattern) => `no parameter that is trained is named "${pattern}"`,
    });
    for (const { name } of named) {
      const before = settings.get(name)!;
      settings.set(name, { rate: group.rate ?? 1, decay: group.decay ?? before.decay });
    }
  }
  return settings;
}

/** A share within [0, 1): a β, a momentum, a decay of averages. */
export function share(what: string, value: number): number {
  if (value >= 0 && value < 1) return value;
  throw new Fault("graph/optimiser", { what: `${what} of ${value} is not within [0, 1)` });
}
