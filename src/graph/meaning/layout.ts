import { sizeOf, type Tensor } from "../../base/tensor.ts";
import type { layout } from "../op/layout.ts";
import { indices } from "../shape/slice.ts";
import {
  array,
  broadcastDims,
  broadcastStrides,
  eachIndex,
  fromTensor,
  type NdArray,
  offset,
  pick,
  strides,
} from "./array.ts";
import { arg, type Application, axesAt, intAt, intsAt, type Meaning, normal } from "./call.ts";
import { gather, gatherElements, gatherND, scatterElements, scatterND } from "./scatter.ts";

const withDims = (a: NdArray, dims: readonly number[]): NdArray => ({ ...a, dims });

function reshape(run: Application): NdArray {
  const x = arg(run, 0);
  const keepZero = intAt(run, "allowzero") === 1;
  const target = Array.from(arg(run, 1).data, (d, i) => (d === 0 && !keepZero ? x.dims[i] : d));
  const rest = target.reduce((p, d) => (d === -1 ? p : p * d), 1);
  const dims = target.map((d) => (d === -1 ? x.data.length / rest : d));
  if (sizeOf(dims) !== x.data.length)
    throw new RangeError(`${x.data.length} elements do not make [${dims.join(", ")}]`);
  return withDims(x, dims);
}

function concat(run: Application): NdArray {
  const all = run.inputs.map((_, i) => arg(run, i));
  const axis = normal(intAt(run, "axis"), all[0].dims.length);
  const dims = all[0].dims.map((d, i) => (i === axis ? all.reduce((s, a) => s + a.dims[axis], 0) : d));
  const result = array(all[0].type, dims);
  const steps = strides(dims);
  let before = 0;
  for (const a of all) {
    eachIndex(a.dims, (index, flat) => (result.data[offset(index, steps) + before * steps[axis]] = a.data[flat]));
    before += a.dims[axis];
  }
  return result;
}

function split(run: Application): NdArray[] {
  const x = arg(run, 0);
  const axis = normal(intAt(run, "axis"), x.dims.length);
  const each = Math.ceil(x.dims[axis] / run.outputs);
  const even = Array.from({ length: run.outputs }, (_, i) => Math.min(each, x.dims[axis] - i * each));
  const sizes = run.inputs[1] === undefined ? even : Array.from(arg(run, 1).data);
  const steps = strides(x.dims);
  let before = 0;
  return sizes.map((size) => {
    const from = before * steps[axis];
    before += size;
    const dims = x.dims.map((d, i) => (i === axis ? size : d));
    return pick(x, dims, (index) => offset(index, steps) + from);
  });
}

function slice(run: Application): NdArray {
  const x = arg(run, 0);
  const [starts, ends] = [arg(run, 1).data, arg(run, 2).data];
  const axes = axesAt(run, 3, x.dims.length) ?? Array.from(starts, (_, i) => i);
  const taken = x.dims.map((d) => Array.from({ length: d }, (_, i) => i));
  axes.forEach((axis, k) => (taken[axis] = indices(x.dims[axis], starts[k], ends[k], run.inputs[4]?.data[k] ?? 1)));
  const steps = strides(x.dims);
  const dims = taken.map((t) => t.length);
  return pick(x, dims, (index) => index.reduce((at, i, axis) => at + taken[axis][i] * steps[axis], 0));
}

/** The place of the input that a place before or after it repeats; -1 where it is filled. */
export function padded(mode: string, at: number, size: number): number {
  if (at >= 0 && at < size) return at;
  if (mode === "edge") return at < 0 ? 0 : size - 1;
  if (mode === "wrap") return ((at % size) + size) % size;
  if (mode === "constant") return -1;
  const period = Math.max(1, 2 * (size - 1));
  const turned = ((at % period) + period) % period;
  return turned < size ? turned : period - turned;
}

function pad(run: Application): NdArray {
  const mode = run.attributes.mode as string;
  const x = arg(run, 0);
  const axes = axesAt(run, 3, x.dims.length) ?? x.dims.map((_, i) => i);
  const pads = arg(run, 1).data;
  const before = x.dims.map((_, i) => (axes.includes(i) ? pads[axes.indexOf(i)] : 0));
  const after = x.dims.map((_, i) => (axes.includes(i) ? pads[axes.length + axes.indexOf(i)] : 0));
  const dims = x.dims.map((d, i) => d + before[i] + after[i]);
  const steps = strides(x.dims);
  const fill = run.inputs[2]?.data[0] ?? 0;
  const result = array(x.type, dims);
  eachIndex(dims, (index, flat) => {
    const from = index.map((v, i) => padded(mode, v - before[i], x.dims[i]));
    result.data[flat] = from.includes(-1) ? fill : x.data[offset(from, steps)];
  });
  return result;
}

function trilu(run: Application): NdArray {
  const x = arg(run, 0);
  const k = run.inputs[1]?.data[0] ?? 0;
  const upper = intAt(run, "upper") === 1;
  const steps = strides(x.dims);
  return pick(x, x.dims, (index) => {
    const [row, column] = index.slice(-2);
    return (upper ? column >= row + k : column <= row + k) ? offset(index, steps) : -1;
  });
}

function oneHot(run: Application): NdArray {
  const [at, depth, [off, on]] = [arg(run, 0), arg(run, 1).data[0], arg(run, 2).data];
  const axis = normal(intAt(run, "axis"), at.dims.length + 1);
  const result = array(arg(run, 2).type, [...at.dims.slice(0, axis), depth, ...at.dims.slice(axis)]);
  const steps = strides(at.dims);
  eachIndex(result.dims, (index, flat) => {
    const hot = at.data[offset(index.toSpliced(axis, 1), steps)];
    result.data[flat] = normal(hot, depth) === index[axis] ? on : off;
  });
  return result;
}

export const layoutMeanings = {
  Reshape: (run) => [reshape(run)],
  Flatten: (run) => {
    const x = arg(run, 0);
    const axis = normal(intAt(run, "axis"), x.dims.length);
    return [withDims(x, [sizeOf(x.dims.slice(0, axis)), sizeOf(x.dims.slice(axis))])];
  },
  Transpose: (run) => {
    const x = arg(run, 0);
    const perm = intsAt(run, "perm") ?? x.dims.map((_, i) => x.dims.length - 1 - i);
    const steps = strides(x.dims);
    const moved = perm.map((p) => steps[p]);
    return [
      pick(
        x,
        perm.map((p) => x.dims[p]),
        (index) => offset(index, moved),
      ),
    ];
  },
  Squeeze: (run) => {
    const x = arg(run, 0);
    const axes = axesAt(run, 1, x.dims.length) ?? x.dims.flatMap((d, i) => (d === 1 ? [i] : []));
    return [
      withDims(
        x,
        x.dims.filter((_, i) => !axes.includes(i)),
      ),
    ];
  },
  Unsqueeze: (run) => {
    const x = arg(run, 0);
    const dims = [...x.dims];
    for (const a of axesAt(run, 1, x.dims.length + arg(run, 1).data.length)!.sort((p, q) => p - q))
      dims.splice(a, 0, 1);
    return [withDims(x, dims)];
  },
  Concat: (run) => [concat(run)],
  Split: split,
  Slice: (run) => [slice(run)],
  Pad: (run) => [pad(run)],
  Expand: (run) => {
    const x = arg(run, 0);
    const dims = broadcastDims([x.dims, Array.from(arg(run, 1).data)]);
    const steps = broadcastStrides(x.dims, dims);
    return [pick(x, dims, (index) => offset(index, steps))];
  },
  Tile: (run) => {
    const x = arg(run, 0);
    const dims = x.dims.map((d, i) => d * arg(run, 1).data[i]);
    const steps = strides(x.dims);
    return [pick(x, dims, (index) => index.reduce((at, v, i) => at + (v % x.dims[i]) * steps[i], 0))];
  },
  Gather: (run) => [gather(run)],
  GatherElements: (run) => [gatherElements(run)],
  GatherND: (run) => [gatherND(run)],
  ScatterElements: (run) => [scatterElements(run)],
  ScatterND: (run) => [scatterND(run)],
  Trilu: (run) => [trilu(run)],
  Shape: (run) => {
    const part = arg(run, 0).dims.slice(intAt(run, "start"), run.attributes.end as number | undefined);
    return [array("int64", [part.length], part)];
  },
  Size: (run) => [array("int64", [], [arg(run, 0).data.length])],
  Range: (run) => {
    const [start, limit, delta] = [arg(run, 0).data[0], arg(run, 1).data[0], arg(run, 2).data[0]];
    const n = Math.max(0, Math.ceil((limit - start) / delta));
    return [
      array(
        arg(run, 0).type,
        [n],
        Array.from({ length: n }, (_, i) => start + i * delta),
      ),
    ];
  },
  ConstantOfShape: (run) => {
    const value = run.attributes.value as Tensor | undefined;
    const one = value === undefined ? array("float32", [1]) : fromTensor(value);
    const result = array(one.type, Array.from(arg(run, 0).data));
    result.data.fill(one.data[0]);
    return [result];
  },
  OneHot: (run) => [oneHot(run)],
} satisfies Record<keyof typeof layout, Meaning>;
