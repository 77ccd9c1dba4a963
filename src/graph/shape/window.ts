import { add, type Dim, divide, multiply, subtract } from "../dim.ts";
import type { Attributes } from "../ir.ts";

/** A sliding window over the spatial axes, with ONNX's defaults filled in. `begin` and `end` are the paddings. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

/** undefined where the padding hangs on a size that is not known (auto_pad SAME_*). */
export function windowOf(
  attributes: Attributes,
  kernel: readonly number[],
  spatial: readonly Dim[],
): Window | undefined {
  const n = kernel.length;
  const strides = (attributes.strides as readonly number[] | undefined) ?? Array<number>(n).fill(1);
  const dilations = (attributes.dilations as readonly number[] | undefined) ?? Array<number>(n).fill(1);
  const auto = attributes.auto_pad as string;
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
    const totals = spatial.map((size, i) => {
      if (typeof size !== "number") return undefined;
      const out = Math.ceil(size / strides[i]);
      return Math.max(0, (out - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - size);
    });
    if (totals.some((t) => t === undefined)) return undefined;
    const less = totals.map((t) => Math.floor(t! / 2));
    const more = totals.map((t) => Math.ceil(t! / 2));
    return auto === "SAME_UPPER"
      ? { kernel, strides, dilations, begin: less, end: more }
      : { kernel, strides, dilations, begin: more, end: less };
  }
  const pads = auto === "VALID" ? undefined : (attributes.pads as readonly number[] | undefined);
  const both = pads ?? Array<number>(2 * n).fill(0);
  return { kernel, strides, dilations, begin: both.slice(0, n), end: both.slice(n) };
}

/** floor((size + begin + end − dilation·(kernel − 1) − 1) / stride) + 1, or the ceiling of it. */
export function slide(window: Window, size: Dim, axis: number, ceiling = false): Dim {
  const reach = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
  const stride = window.strides[axis];
  const room = subtract(add(size, window.begin[axis] + window.end[axis]), reach);
  const steps = divide(ceiling ? add(room, stride - 1) : room, stride);
  const out = add(steps, 1);
  // A window of the ceiling form that would begin in the padding after the input is dropped.
  if (
    ceiling &&
    typeof out === "number" &&
    typeof size === "number" &&
    (out - 1) * stride >= size + window.begin[axis]
  ) {
    return out - 1;
  }
  return out;
}

/** (size − 1)·stride + output_padding + dilation·(kernel − 1) + 1 − begin − end: the reverse of `slide`. */
export function unslide(window: Window, size: Dim, axis: number, outputPadding: number): Dim {
  const reach = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
  const out = add(multiply(subtract(size, 1), window.strides[axis]), reach + outputPadding);
  return subtract(out, window.begin[axis] + window.end[axis]);
}
