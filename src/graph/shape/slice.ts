import { add, type Dim, divide, subtract } from "../dim.ts";
import { axisOf, type Call, type Content, fact, input, lengthOf, numbers, refuse, type ShapeRule } from "./call.ts";

/** An end from here on means "to the end": exporters write 10⁹ or the largest 32-bit number. */
const FAR = 1e9;

/**
 * Slice. A bound counts from the end where it is negative, and is clamped to the axis. With a named size the clamp is
 * left out where the bound is a plain count: `sequence` sliced from 1 is `sequence-1` (an axis shorter than what is
 * taken off would be empty; graphs that may meet one must not be built so).
 */
export const sliced: ShapeRule = (call) => {
  const x = input(call, 0);
  const n = lengthOf(call, 1);
  const axes =
    call.inputs[3] === undefined
      ? Array.from({ length: n }, (_, i) => i)
      : (numbers(call.inputs[3]) ?? refuse(call, "the axes must be constants"));
  const steps =
    call.inputs[4] === undefined
      ? Array<number>(n).fill(1)
      : (numbers(call.inputs[4]) ?? refuse(call, "the steps must be constants"));
  const [starts, ends] = [input(call, 1).content, input(call, 2).content];
  const dims = [...x.dims];
  let content = x.content;
  axes.forEach((given, k) => {
    const axis = axisOf(call, given, x.dims.length);
    const [start, end] = [starts?.[k], ends?.[k]];
    if (steps[k] === 0) refuse(call, "a step is 0");
    dims[axis] =
      start === undefined || end === undefined ? call.unknown() : taken(call, dims[axis], start, end, steps[k]);
    content = content && contentOf(content, start, end, steps[k]);
  });
  return [fact(x.type, dims, dims.length === 1 ? content : undefined)];
};

function contentOf(content: Content, start: Dim | undefined, end: Dim | undefined, step: number): Content | undefined {
  if (typeof start !== "number" || typeof end !== "number") return undefined;
  return indices(content.length, start, end, step).map((i) => content[i]);
}

function taken(call: Call, size: Dim, start: Dim, end: Dim, step: number): Dim {
  if (typeof size === "number" && typeof start === "number" && typeof end === "number") {
    const [from, to] = range(size, start, end, step);
    return Math.max(0, Math.ceil((to - from) / step));
  }
  if (step < 0)
    return start === -1 && typeof end === "number" && end < -(2 ** 31) ? ceilDivide(size, -step) : call.unknown();
  const from = typeof start === "number" && start < 0 ? add(size, start) : start;
  const far = typeof end === "number" && end >= FAR;
  const to = far ? size : typeof end === "number" && end < 0 ? add(size, end) : end;
  return ceilDivide(subtract(to, from), step);
}

function ceilDivide(size: Dim, step: number): Dim {
  return step === 1 ? size : divide(add(size, step - 1), step);
}

/** The positions along an axis that a slice takes. */
export function indices(size: number, start: number, end: number, step: number): number[] {
  const [from, to] = range(size, start, end, step);
  const result: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) result.push(i);
  return result;
}

/** The first position, and the one to stop before. */
function range(size: number, start: number, end: number, step: number): [from: number, to: number] {
  const clamp = (v: number, low: number, high: number): number => Math.min(Math.max(v < 0 ? v + size : v, low), high);
  return step > 0
    ? [clamp(start, 0, size), clamp(end, 0, size)]
    : [clamp(start, 0, size - 1), clamp(end, -1, size - 1)];
}
