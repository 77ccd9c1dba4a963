import type { Value } from "../ir.ts";
import { labelsOf } from "../shape/einsum.ts";
import { type Adjoint, refuseGradient, type Rule } from "./rule.ts";
import { exactShape } from "./shapes.ts";

/**
 * The cotangent of one input is the product of the cotangent of the output with the other inputs, summed to its labels.
 * A label that stands in this input alone was summed away, so its cotangent is the same all along it.
 */
export const einsumRule: Rule = (a) => {
  const labels = labelsOf(
    a.node.attributes.equation as string,
    a.node.inputs.map((_, i) => a.x(i).dims.length),
  );
  if (typeof labels === "string") return refuseGradient(a, labels);
  // Axes of an ellipsis get letters that are free.
  const used = new Set([...labels.inputs.flat(), ...labels.output]);
  const free = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((l) => !used.has(l));
  const letters = new Map([...used].map((l) => [l, l.startsWith(".") ? free.shift()! : l]));
  const term = (of: readonly string[]): string => of.map((l) => letters.get(l)!).join("");
  return a.node.inputs.map((_, i) => () => cotangent(a, labels.inputs, labels.output, i, term));
};

function cotangent(
  a: Adjoint,
  inputs: readonly (readonly string[])[],
  output: readonly string[],
  i: number,
  term: (labels: readonly string[]) => string,
): Value {
  const { b } = a;
  const own = inputs[i];
  if (new Set(own).size !== own.length) return refuseGradient(a, "it takes a diagonal");
  const others = inputs.flatMap((_, k) => (k === i ? [] : [k]));
  const reached = new Set([...output, ...others.flatMap((k) => inputs[k])]);
  const kept = own.filter((l) => reached.has(l));
  const equation = `${[output, ...others.map((k) => inputs[k])].map(term).join(",")}->${term(kept)}`;
  const product = b.op("Einsum", [a.dy, ...others.map((k) => a.x(k))], { equation });
  if (kept.length === own.length) return product;
  const missing = own.flatMap((l, k) => (reached.has(l) ? [] : [k]));
  return b.op("Expand", [b.op("Unsqueeze", [product, b.ints(missing)]), exactShape(b, a.x(i))]);
}
