import { sizeOf } from "../../base/tensor.ts";
import type { reduce } from "../op/reduce.ts";
import { array, broadcastStrides, eachIndex, type NdArray, offset } from "./array.ts";
import { arg, type Application, axesAt, intAt, type Meaning, normal } from "./call.ts";

/** Splits an array into the groups that a reduction over some axes folds, in row-major order of what is kept. */
function groups(a: NdArray, axes: readonly number[]): { keep: number[]; members: number[][] } {
  const keep = a.dims.map((d, i) => (axes.includes(i) ? 1 : d));
  const members = Array.from({ length: sizeOf(keep) }, () => [] as number[]);
  const steps = broadcastStrides(keep, a.dims);
  eachIndex(a.dims, (index, flat) => members[offset(index, steps)].push(flat));
  return { keep, members };
}

const without = (dims: readonly number[], axes: readonly number[]): number[] =>
  dims.filter((_, i) => !axes.includes(i));

const reduction =
  (f: (values: number[]) => number): Meaning =>
  (run) => {
    const x = arg(run, 0);
    const given = axesAt(run, 1, x.dims.length) ?? [];
    const none = given.length === 0 && intAt(run, "noop_with_empty_axes") === 1;
    const axes = given.length > 0 || none ? given : x.dims.map((_, i) => i);
    const { keep, members } = groups(x, axes);
    const dims = intAt(run, "keepdims") === 1 ? keep : without(x.dims, axes);
    return [
      array(
        x.type,
        dims,
        members.map((m) => f(m.map((i) => x.data[i]))),
      ),
    ];
  };

/** Applies f to each line along one axis. */
function lines(a: NdArray, axis: number, f: (line: number[]) => number[]): NdArray {
  const result = array(a.type, a.dims);
  for (const line of groups(a, [normal(axis, a.dims.length)]).members) {
    f(line.map((i) => a.data[i])).forEach((v, k) => (result.data[line[k]] = v));
  }
  return result;
}

const sum = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0);

function logSumExp(values: readonly number[]): number {
  const top = Math.max(...values);
  return top === -Infinity ? top : top + Math.log(sum(values.map((v) => Math.exp(v - top))));
}

function layerNormalization(run: Application): NdArray[] {
  const [x, scale, bias] = [arg(run, 0), arg(run, 1), run.inputs[2]];
  const axis = normal(intAt(run, "axis"), x.dims.length);
  const { keep, members } = groups(
    x,
    x.dims.flatMap((_, i) => (i >= axis ? [i] : [])),
  );
  const [y, mean, inverse] = [array(x.type, x.dims), array("float32", keep), array("float32", keep)];
  const scaleSteps = broadcastStrides(scale.dims, x.dims);
  const biasSteps = bias === undefined ? [] : broadcastStrides(bias.dims, x.dims);
  members.forEach((m, g) => {
    const values = m.map((i) => x.data[i]);
    mean.data[g] = sum(values) / m.length;
    const variance = sum(values.map((v) => (v - mean.data[g]) ** 2)) / m.length;
    inverse.data[g] = 1 / Math.sqrt(variance + (run.attributes.epsilon as number));
    for (const i of m) y.data[i] = (x.data[i] - mean.data[g]) * inverse.data[g];
  });
  eachIndex(x.dims, (index, flat) => {
    y.data[flat] = y.data[flat] * scale.data[offset(index, scaleSteps)] + (bias?.data[offset(index, biasSteps)] ?? 0);
  });
  return [y, mean, inverse].slice(0, run.outputs);
}

export const reduceMeanings = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction((v) => sum(v) / v.length),
  ReduceMax: reduction((v) => Math.max(...v)),
  ReduceMin: reduction((v) => Math.min(...v)),
  ReduceSumSquare: reduction((v) => sum(v.map((x) => x * x))),
  ArgMax: (run) => {
    const x = arg(run, 0);
    const axis = normal(intAt(run, "axis"), x.dims.length);
    const { keep, members } = groups(x, [axis]);
    const last = intAt(run, "select_last_index") === 1;
    const best = members.map((m) => {
      const values = m.map((i) => x.data[i]);
      const top = Math.max(...values);
      return last ? values.lastIndexOf(top) : values.indexOf(top);
    });
    return [array("int64", intAt(run, "keepdims") === 1 ? keep : without(x.dims, [axis]), best)];
  },
  CumSum: (run) => {
    const [exclusive, reverse] = [intAt(run, "exclusive") === 1, intAt(run, "reverse") === 1];
    return [
      lines(arg(run, 0), arg(run, 1).data[0], (line) => {
        const values = reverse ? [...line].reverse() : line;
        let total = 0;
        const result = values.map((v) => {
          total += v;
          return exclusive ? total - v : total;
        });
        return reverse ? result.reverse() : result;
      }),
    ];
  },
  Softmax: (run) => [
    lines(arg(run, 0), intAt(run, "axis"), (v) => {
      const all = logSumExp(v);
      return v.map((x) => Math.exp(x - all));
    }),
  ],
  LogSoftmax: (run) => [
    lines(arg(run, 0), intAt(run, "axis"), (v) => {
      const all = logSumExp(v);
      return v.map((x) => x - all);
    }),
  ],
  LayerNormalization: layerNormalization,
} satisfies Record<keyof typeof reduce, Meaning>;
