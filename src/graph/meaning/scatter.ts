import { sizeOf } from "../../base/tensor.ts";
import { array, eachIndex, type NdArray, offset, pick, strides } from "./array.ts";
import { arg, type Application, intAt, normal } from "./call.ts";

/** An index counted from the front; out of range is refused, as an engine would. */
function position(i: number, size: number): number {
  const at = normal(i, size);
  if (!(at >= 0 && at < size)) throw new RangeError(`index ${i} is not within ${size}`);
  return at;
}

export function gather(run: Application): NdArray {
  const [x, at] = [arg(run, 0), arg(run, 1)];
  const axis = normal(intAt(run, "axis"), x.dims.length);
  const steps = strides(x.dims);
  const atSteps = strides(at.dims);
  const dims = [...x.dims.slice(0, axis), ...at.dims, ...x.dims.slice(axis + 1)];
  return pick(x, dims, (index) => {
    const i = position(at.data[offset(index.slice(axis, axis + at.dims.length), atSteps)], x.dims[axis]);
    return offset([...index.slice(0, axis), i, ...index.slice(axis + at.dims.length)], steps);
  });
}

export function gatherElements(run: Application): NdArray {
  const [x, at] = [arg(run, 0), arg(run, 1)];
  const axis = normal(intAt(run, "axis"), x.dims.length);
  const steps = strides(x.dims);
  const own = strides(at.dims);
  return pick(x, at.dims, (index) =>
    offset(index.with(axis, position(at.data[offset(index, own)], x.dims[axis])), steps),
  );
}

export function gatherND(run: Application): NdArray {
  const [x, at] = [arg(run, 0), arg(run, 1)];
  const batch = intAt(run, "batch_dims");
  const depth = at.dims[at.dims.length - 1];
  const steps = strides(x.dims);
  const lead = at.dims.slice(0, -1);
  const own = strides(at.dims).slice(0, -1);
  return pick(x, [...lead, ...x.dims.slice(batch + depth)], (index) => {
    const base = offset(index, own);
    const into = Array.from({ length: depth }, (_, k) => position(at.data[base + k], x.dims[batch + k]));
    return offset([...index.slice(0, batch), ...into, ...index.slice(lead.length)], steps);
  });
}

const combine: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, u) => u,
  add: (o, u) => o + u,
  mul: (o, u) => o * u,
  max: Math.max,
  min: Math.min,
};

export function scatterElements(run: Application): NdArray {
  const [x, at, updates] = [arg(run, 0), arg(run, 1), arg(run, 2)];
  const axis = normal(intAt(run, "axis"), x.dims.length);
  const merge = combine[run.attributes.reduction as string];
  const result = array(x.type, x.dims, x.data);
  const steps = strides(x.dims);
  eachIndex(at.dims, (index, flat) => {
    const to = offset(index.with(axis, position(at.data[flat], x.dims[axis])), steps);
    result.data[to] = merge(result.data[to], updates.data[flat]);
  });
  return result;
}

export function scatterND(run: Application): NdArray {
  const [x, at, updates] = [arg(run, 0), arg(run, 1), arg(run, 2)];
  const merge = combine[run.attributes.reduction as string];
  const depth = at.dims[at.dims.length - 1];
  const steps = strides(x.dims);
  const block = sizeOf(x.dims.slice(depth));
  const result = array(x.type, x.dims, x.data);
  for (let row = 0; row < sizeOf(at.dims.slice(0, -1)); row++) {
    let base = 0;
    for (let k = 0; k < depth; k++) base += position(at.data[row * depth + k], x.dims[k]) * steps[k];
    for (let j = 0; j < block; j++) result.data[base + j] = merge(result.data[base + j], updates.data[row * block + j]);
  }
  return result;
}
