import type { Tensor } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import { adamw } from "./adamw.ts";
import { lion } from "./lion.ts";
import { isNumber, type LossScaleOptions, scaleMoved } from "./loss-scale.ts";
import { type Moved, type OptimiserOptions, settingsOf, share, type StepScalars, type Trained } from "./optimiser.ts";
import { sgd } from "./sgd.ts";

/** A parameter with its gradient, still to be multiplied by the clip factor. */
export interface Pulled {
  readonly name: string;
  readonly value: Value;
  readonly gradient: Value;
  readonly start: Tensor;
}

export interface UpdateOptions {
  /** Of all gradients, before clipping. */
  readonly norm: Value;
  readonly clip: Value;
  /** A truth: whether to update at all; always when not told. */
  readonly update?: Value;
  /** In mixed precision, the scale of the loss. */
  readonly scaling?: { readonly scale: Value; readonly options?: LossScaleOptions };
}

/**
 * The optimiser in the graph: the inputs `learning_rate` and `step` (1 at the first update, float32), and what lives on:
 * parameters, the rule's state, and with `average` the averaged weights, `average.NAME`; with a scaled loss its scale too,
 * and everything else stays where the gradients have no norm.
 */
export function updated(
  b: Builder,
  parameters: readonly Pulled[],
  optimiser: OptimiserOptions,
  { norm, clip, update, scaling }: UpdateOptions,
): Moved[] {
  const rate = b.input("learning_rate", "float32", []);
  const step = b.input("step", "float32", []);
  const kept = (all: readonly Moved[], when: Value | undefined): Moved[] =>
    all.map((m) => (when === undefined ? m : { ...m, after: b.op("Where", [when, m.after, m.before]) }));
  if (scaling === undefined) return kept(moved(b, parameters, optimiser, { rate, step, clip }), update);
  const finite = isNumber(b, norm);
  const both = update === undefined ? finite : b.op("And", [update, finite]);
  return [
    ...kept(moved(b, parameters, optimiser, { rate, step, clip }), both),
    ...kept(scaleMoved(b, scaling.scale, finite, scaling.options ?? {}), update),
  ];
}

/** By the rule, and into the averages. */
function moved(
  b: Builder,
  parameters: readonly Pulled[],
  options: OptimiserOptions,
  { rate, ...scalars }: StepScalars & { readonly rate: Value },
): Moved[] {
  const named = parameters.map(({ name, start }) => ({ name, dims: start.dims }));
  const settings = settingsOf(named, options, options.kind === "sgd" ? 0 : 0.01);
  const rule = ruleOf(b, options, scalars);
  const rates = new Map<number, Value>([[1, rate]]);
  const rateOf = (by: number): Value => {
    const known = rates.get(by) ?? b.op("Mul", [rate, b.scalar(by)]);
    rates.set(by, known);
    return known;
  };
  const all = parameters.map((p) => {
    const { rate: by, decay } = settings.get(p.name)!;
    return rule({ ...p, rate: rateOf(by), decay });
  });
  if (options.average === undefined) return all.flat();
  const keep = averaging(b, options.average, scalars.step);
  return all.flatMap((own) => [...own, keep(own[0])]);
}

function ruleOf(b: Builder, options: OptimiserOptions, scalars: StepScalars): (p: Trained) => Moved[] {
  switch (options.kind) {
    case "adamw":
      return adamw(b, options, scalars);
    case "sgd":
      return sgd(b, options, scalars);
    case "lion":
      return lion(b, options, scalars);
  }
}

/**
 * a ← a + (1 − d)(p − a) after each update, with d = min(decay, (1 + t)/(10 + t)): an average over few steps at first, so
 * that where training began is soon forgotten.
 */
function averaging(b: Builder, decay: number, step: Value): (p: Moved) => Moved {
  const early = b.op("Div", [b.op("Add", [step, b.scalar(1)]), b.op("Add", [step, b.scalar(10)])]);
  const least = b.scalar(share("a decay of averages", decay));
  const rest = b.op("Sub", [b.scalar(1), b.op("Min", [early, least])]);
  return ({ name, after, start }) => {
    const before = b.input(`average.${name}`, "float32", start.dims);
    const moved = b.op("Add", [before, b.op("Mul", [b.op("Sub", [after, before]), rest])]);
    return { name: `average.${name}`, before, after: moved, start };
  };
}
