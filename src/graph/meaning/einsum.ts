import { labelsOf } from "../shape/einsum.ts";
import { array, eachIndex, type NdArray, strides } from "./array.ts";
import type { Application } from "./call.ts";

/** Σ over the labels that are not in the output of the product of all inputs. */
export function einsum(run: Application): NdArray {
  const inputs = run.inputs as readonly NdArray[];
  const labels = labelsOf(
    run.attributes.equation as string,
    inputs.map((a) => a.dims.length),
  );
  if (typeof labels === "string") throw new RangeError(labels);
  const sizes = new Map<string, number>();
  labels.inputs.forEach((axes, i) =>
    axes.forEach((l, k) => sizes.set(l, Math.max(sizes.get(l) ?? 1, inputs[i].dims[k]))),
  );
  const summed = [...sizes.keys()].filter((l) => !labels.output.includes(l));
  const order = [...labels.output, ...summed];
  const y = array(
    inputs[0].type,
    labels.output.map((l) => sizes.get(l)!),
  );
  // How far each label moves in each input: nothing where that axis is 1 and broadcasts, twice for a diagonal.
  const steps = inputs.map((a, i) => {
    const own = strides(a.dims);
    return order.map((l) => labels.inputs[i].reduce((s, m, k) => (m === l && a.dims[k] !== 1 ? s + own[k] : s), 0));
  });
  const to = [...strides(y.dims), ...summed.map(() => 0)];
  const along = (index: readonly number[], by: readonly number[]): number =>
    index.reduce((s, v, i) => s + v * by[i], 0);
  eachIndex(
    order.map((l) => sizes.get(l)!),
    (index) => {
      let product = 1;
      inputs.forEach((a, i) => (product *= a.data[along(index, steps[i])]));
      y.data[along(index, to)] += product;
    },
  );
  return y;
}
