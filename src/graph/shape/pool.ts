import type { Dim } from "../dim.ts";
import type { pool } from "../op/pool.ts";
import {
  type Call,
  fact,
  input,
  intOf,
  intsOf,
  isFloat,
  refuse,
  type ShapeRule,
  wantRoom,
  wantWindow,
} from "./call.ts";
import { resized } from "./resize.ts";
import { slide, windowOf } from "./window.ts";

function pooled(call: Call): Dim[] {
  const x = input(call, 0);
  const spatial = x.dims.slice(2);
  const kernel = intsOf(call, "kernel_shape") ?? [];
  if (kernel.length !== spatial.length || kernel.length === 0)
    refuse(call, "kernel_shape must name every spatial axis");
  wantWindow(call, spatial.length, kernel);
  const window = windowOf(call.attributes, kernel, spatial);
  const ceiling = intOf(call, "ceil_mode") === 1;
  const sizes = spatial.map((d, i) => (window === undefined ? call.unknown() : slide(window, d, i, ceiling)));
  return [...x.dims.slice(0, 2), ...wantRoom(call, sizes)];
}

const wholly: ShapeRule = (call) => {
  const x = input(call, 0);
  if (x.dims.length < 3) refuse(call, "it takes [batch, channels, …space]");
  return [fact(x.type, [...x.dims.slice(0, 2), ...x.dims.slice(2).map(() => 1)])];
};

export const poolShapes = {
  MaxPool: (call) => {
    if (call.outputs > 1 && intOf(call, "storage_order") !== 0)
      refuse(call, "places counted by column are not spoken here");
    const dims = pooled(call);
    return [fact(input(call, 0).type, dims), fact("int64", dims)].slice(0, call.outputs);
  },
  AveragePool: (call) => {
    if (!isFloat(input(call, 0).type)) refuse(call, "it is defined for floating point alone");
    return [fact(input(call, 0).type, pooled(call))];
  },
  GlobalMaxPool: wholly,
  GlobalAveragePool: wholly,
  Resize: resized,
} satisfies Record<keyof typeof pool, ShapeRule>;
