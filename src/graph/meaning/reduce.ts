import { sizeOf } from "../../base/tensor.ts";
import type { reduce } from "../op/reduce.ts";
import { array, broadcastStrides, eachIndex, type NdArray, offset } from "./array.ts";
import { arg, axesAt, intAt, type Meaning, normal } from "./call.ts";

/** Splits an array into the groups that a reduction over some axes folds, in row-major order of what is kept. */
export function groups(a: NdArray, axes: readonly number[]): { keep: number[]; members: number[][] } {
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

export const sum = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0);

/** Where along an axis the best stands; the first of equals, or the last. */
const place =
  (best: (...values: number[]) => number): Meaning =>
  (run) => {
    const x = arg(run, 0);
    const axis = normal(intAt(run, "axis"), x.dims.length);
    const { keep, members } = groups(x, [axis]);
    const last = intAt(run, "select_last_index") === 1;
    const found = members.map((m) => {
      const values = m.map((i) => x.data[i]);
      const top = best(...values);
      return last ? values.lastIndexOf(top) : values.indexOf(top);
    });
    return [array("int64", intAt(run, "keepdims") === 1 ? keep : without(x.dims, [axis]), found)];
  };

const topK: Meaning = (run) => {
  const [x, k] = [arg(run, 0), arg(run, 1).data[0]];
  const axis = normal(intAt(run, "axis"), x.dims.length);
  const sign = intAt(run, "largest") === 1 ? -1 : 1;
  if (k > x.dims[axis]) throw new RangeError(`it takes ${k} of ${x.dims[axis]} elements`);
  const { keep, members } = groups(x, [axis]);
  const dims = keep.map((d, i) => (i === axis ? k : d));
  const [values, places] = [array(x.type, dims), array("int64", dims)];
  const starts = groups(values, [axis]).members;
  members.forEach((line, g) => {
    const order = line.map((_, i) => i).sort((p, q) => sign * (x.data[line[p]] - x.data[line[q]]) || p - q);
    starts[g].forEach((to, r) => {
      values.data[to] = x.data[line[order[r]]];
      places.data[to] = order[r];
    });
  });
  return [values, places].slice(0, run.outputs);
};

function logSumExp(values: readonly number[]): number {
  const top = Math.max(...values);
  return top === -Infinity ? top : top + Math.log(sum(values.map((v) => Math.exp(v - top))));
}

export const reduceMeanings = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction((v) => sum(v) / v.length),
  ReduceMax: reduction((v) => Math.max(...v)),
  ReduceMin: reduction((v) => Math.min(...v)),
  ReduceSumSquare: reduction((v) => sum(v.map((x) => x * x))),
  ReduceL1: reduction((v) => sum(v.map(Math.abs))),
  ReduceL2: reduction((v) => Math.sqrt(sum(v.map((x) => x * x)))),
  ReduceLogSum: reduction((v) => Math.log(sum(v))),
  ReduceLogSumExp: reduction(logSumExp),
  ReduceProd: reduction((v) => v.reduce((p, x) => p * x, 1)),
  ArgMax: place((...values) => Math.max(...values)),
  ArgMin: place((...values) => Math.min(...values)),
  TopK: topK,
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
} satisfies Record<keyof typeof reduce, Meaning>;
