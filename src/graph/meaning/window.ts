import { sizeOf } from "../../base/tensor.ts";
import { slide, unslide, type Window, windowOf } from "../shape/window.ts";
import { array, eachIndex, type NdArray, strides } from "./array.ts";
import { arg, type Application, intAt, intsAt } from "./call.ts";

function windowAt(run: Application, kernel: readonly number[], spatial: readonly number[]): Window {
  const w = windowOf(run.attributes, kernel, spatial);
  if (w === undefined) throw new RangeError("the padding is not known");
  return w;
}

/** Visits, for one place of the output, each place of the kernel with the place of the input below it (-1: padding). */
function under(
  w: Window,
  out: readonly number[],
  size: readonly number[],
  visit: (kernel: number, input: number) => void,
): void {
  const steps = strides(size);
  eachIndex(w.kernel, (k, flat) => {
    let at = 0;
    for (let i = 0; i < size.length; i++) {
      const p = out[i] * w.strides[i] + k[i] * w.dilations[i] - w.begin[i];
      if (p < 0 || p >= size[i]) return visit(flat, -1);
      at += p * steps[i];
    }
    visit(flat, at);
  });
}

export function conv(run: Application): NdArray {
  const [x, w, bias] = [arg(run, 0), arg(run, 1), run.inputs[2]];
  const spatial = x.dims.slice(2);
  const window = windowAt(run, w.dims.slice(2), spatial);
  const space = spatial.map((d, i) => slide(window, d, i) as number);
  const [batch, filters, perGroup] = [x.dims[0], w.dims[0], w.dims[1]];
  const filtersPerGroup = filters / intAt(run, "group");
  const [area, kernel] = [sizeOf(spatial), sizeOf(window.kernel)];
  const y = array(x.type, [batch, filters, ...space]);
  eachIndex(y.dims, ([n, m, ...place], flat) => {
    let sum = bias?.data[m] ?? 0;
    const first = Math.floor(m / filtersPerGroup) * perGroup;
    under(window, place, spatial, (k, at) => {
      if (at < 0) return;
      for (let c = 0; c < perGroup; c++) {
        sum += x.data[(n * x.dims[1] + first + c) * area + at] * w.data[(m * perGroup + c) * kernel + k];
      }
    });
    y.data[flat] = sum;
  });
  return y;
}

/** The adjoint of conv in its first input: what conv would gather, it scatters. */
export function convTranspose(run: Application): NdArray {
  const [x, w, bias] = [arg(run, 0), arg(run, 1), run.inputs[2]];
  const spatial = x.dims.slice(2);
  const window = windowAt(run, w.dims.slice(2), spatial);
  const extra = intsAt(run, "output_padding") ?? spatial.map(() => 0);
  const space = spatial.map((d, i) => unslide(window, d, i, extra[i]) as number);
  const perGroup = w.dims[1];
  const group = intAt(run, "group");
  const y = array(x.type, [x.dims[0], perGroup * group, ...space]);
  const [area, kernel] = [sizeOf(space), sizeOf(window.kernel)];
  if (bias !== undefined) y.data.forEach((_, at) => (y.data[at] = bias.data[Math.floor(at / area) % y.dims[1]]));
  eachIndex(x.dims, ([n, m, ...place], flat) => {
    const first = Math.floor(m / (x.dims[1] / group)) * perGroup;
    under(window, place, space, (k, at) => {
      if (at < 0) return;
      for (let c = 0; c < perGroup; c++) {
        y.data[(n * y.dims[1] + first + c) * area + at] += x.data[flat] * w.data[(m * perGroup + c) * kernel + k];
      }
    });
  });
  return y;
}

/** Indices count over the whole input, batch and channels among them. */
export function maxPool(run: Application): NdArray[] {
  const x = arg(run, 0);
  const spatial = x.dims.slice(2);
  const window = windowAt(run, intsAt(run, "kernel_shape") ?? [], spatial);
  const space = spatial.map((d, i) => slide(window, d, i, intAt(run, "ceil_mode") === 1) as number);
  const y = array(x.type, [...x.dims.slice(0, 2), ...space]);
  const at = array("int64", y.dims);
  const area = sizeOf(spatial);
  eachIndex(y.dims, ([n, c, ...place], flat) => {
    const base = (n * x.dims[1] + c) * area;
    y.data[flat] = -Infinity;
    under(window, place, spatial, (_, p) => {
      if (p < 0 || !(x.data[base + p] > y.data[flat])) return;
      y.data[flat] = x.data[base + p];
      at.data[flat] = base + p;
    });
  });
  return [y, at].slice(0, run.outputs);
}

/** How many elements the window at a place averages over: those inside the input, or its padding too. */
export function averageCount(w: Window, place: readonly number[], sizes: readonly number[], padding: boolean): number {
  return place.reduce((product, at, i) => {
    const [low, high] = padding ? [-w.begin[i], sizes[i] + w.end[i]] : [0, sizes[i]];
    let count = 0;
    for (let k = 0; k < w.kernel[i]; k++) {
      const p = at * w.strides[i] + k * w.dilations[i] - w.begin[i];
      if (p >= low && p < high) count++;
    }
    return product * count;
  }, 1);
}

export function averagePool(run: Application): NdArray {
  const x = arg(run, 0);
  const spatial = x.dims.slice(2);
  const window = windowAt(run, intsAt(run, "kernel_shape") ?? [], spatial);
  const space = spatial.map((d, i) => slide(window, d, i, intAt(run, "ceil_mode") === 1) as number);
  const y = array(x.type, [...x.dims.slice(0, 2), ...space]);
  const area = sizeOf(spatial);
  eachIndex(y.dims, ([n, c, ...place], flat) => {
    const base = (n * x.dims[1] + c) * area;
    under(window, place, spatial, (_, p) => void (p >= 0 && (y.data[flat] += x.data[base + p])));
    y.data[flat] /= averageCount(window, place, spatial, intAt(run, "count_include_pad") === 1);
  });
  return y;
}

export function globalAveragePool(x: NdArray): NdArray {
  const y = array(x.type, [x.dims[0], x.dims[1], ...x.dims.slice(2).map(() => 1)]);
  const area = sizeOf(x.dims.slice(2));
  x.data.forEach((v, at) => (y.data[Math.floor(at / area)] += v / area));
  return y;
}

export function globalMaxPool(x: NdArray): NdArray {
  const y = array(x.type, [x.dims[0], x.dims[1], ...x.dims.slice(2).map(() => 1)]);
  y.data.fill(-Infinity);
  eachIndex(x.dims, ([n, c], flat) => {
    const at = n * x.dims[1] + c;
    y.data[at] = Math.max(y.data[at], x.data[flat]);
  });
  return y;
}
