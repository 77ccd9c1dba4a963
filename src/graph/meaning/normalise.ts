import type { normalise } from "../op/normalise.ts";
import { array, broadcastStrides, eachIndex, type NdArray, offset } from "./array.ts";
import { type Application, arg, intAt, type Meaning, normal } from "./call.ts";
import { groups, sum } from "./reduce.ts";

/** Each group of elements with its mean taken off and divided by its deviation. */
function standardised(
  x: NdArray,
  axes: readonly number[],
  epsilon: number,
): [y: NdArray, mean: NdArray, inverse: NdArray] {
  const { keep, members } = groups(x, axes);
  const [y, mean, inverse] = [array(x.type, x.dims), array("float32", keep), array("float32", keep)];
  members.forEach((m, g) => {
    const values = m.map((i) => x.data[i]);
    mean.data[g] = sum(values) / m.length;
    const variance = sum(values.map((v) => (v - mean.data[g]) ** 2)) / m.length;
    inverse.data[g] = 1 / Math.sqrt(variance + epsilon);
    for (const i of m) y.data[i] = (x.data[i] - mean.data[g]) * inverse.data[g];
  });
  return [y, mean, inverse];
}

function layerNormalization(run: Application): NdArray[] {
  const [x, scale, bias] = [arg(run, 0), arg(run, 1), run.inputs[2]];
  const axis = normal(intAt(run, "axis"), x.dims.length);
  const axes = x.dims.flatMap((_, i) => (i >= axis ? [i] : []));
  const [y, mean, inverse] = standardised(x, axes, run.attributes.epsilon as number);
  const scaleSteps = broadcastStrides(scale.dims, x.dims);
  const biasSteps = bias === undefined ? [] : broadcastStrides(bias.dims, x.dims);
  eachIndex(x.dims, (index, flat) => {
    y.data[flat] = y.data[flat] * scale.data[offset(index, scaleSteps)] + (bias?.data[offset(index, biasSteps)] ?? 0);
  });
  return [y, mean, inverse].slice(0, run.outputs);
}

/** (x − mean) / √(variance + ε) · scale + bias, by channel. */
function batchNormalization(run: Application): NdArray {
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((i) => arg(run, i));
  const y = array(x.type, x.dims);
  eachIndex(x.dims, ([, c], flat) => {
    const deviation = Math.sqrt(variance.data[c] + (run.attributes.epsilon as number));
    y.data[flat] = ((x.data[flat] - mean.data[c]) / deviation) * scale.data[c] + bias.data[c];
  });
  return y;
}

function instanceNormalization(run: Application): NdArray {
  const [x, scale, bias] = [arg(run, 0), arg(run, 1), arg(run, 2)];
  const space = x.dims.flatMap((_, i) => (i >= 2 ? [i] : []));
  const [y] = standardised(x, space, run.attributes.epsilon as number);
  eachIndex(x.dims, ([, c], flat) => (y.data[flat] = y.data[flat] * scale.data[c] + bias.data[c]));
  return y;
}

export const normaliseMeanings = {
  LayerNormalization: layerNormalization,
  BatchNormalization: (run) => [batchNormalization(run)],
  InstanceNormalization: (run) => [instanceNormalization(run)],
} satisfies Record<keyof typeof normalise, Meaning>;
