import type { Tensor } from "../../base/tensor.ts";
import { add, type Dim, divide, exactQuotient, multiply, product, subtract } from "../dim.ts";
import type { layout } from "../op/layout.ts";
import {
  axesInput,
  axisOf,
  broadcast,
  type Call,
  type Content,
  CONTENT_LIMIT,
  fact,
  input,
  intOf,
  intsOf,
  lengthOf,
  numbers,
  refuse,
  sameType,
  type ShapeRule,
  wantType,
} from "./call.ts";
import { sliced } from "./slice.ts";

/** The dims that a shape input asks for; an element that is not known gives a dimension that is not known. */
function wanted(call: Call, i: number): Dim[] {
  wantType(call, input(call, i), ["int64"]);
  const content = input(call, i).content;
  return Array.from({ length: lengthOf(call, i) }, (_, k) => {
    const d = content?.[k];
    return d === undefined || (typeof d === "number" && d < 0) ? call.unknown() : d;
  });
}

const reshape: ShapeRule = (call) => {
  const x = input(call, 0);
  wantType(call, input(call, 1), ["int64"]);
  const content = input(call, 1).content;
  const target: (Dim | undefined)[] = Array.from({ length: lengthOf(call, 1) }, (_, k) => content?.[k]);
  if (intOf(call, "allowzero") === 0) {
    target.forEach((d, k) => {
      if (d === 0) target[k] = k < x.dims.length ? x.dims[k] : refuse(call, "a 0 stands past the rank of the input");
    });
  }
  const open = target.flatMap((d, k) => (d === undefined || d === -1 ? [k] : []));
  if (open.length > 1 && target.filter((d) => d === -1).length > 1) refuse(call, "-1 stands twice");
  const rest = product(target.filter((d): d is Dim => d !== undefined && d !== -1));
  const size = product(x.dims);
  if (open.length === 1) target[open[0]] = exactQuotient(size, rest) ?? inexact(call, size, rest);
  else if (open.length === 0 && typeof size === "number" && typeof rest === "number" && size !== rest) {
    refuse(call, `${size} elements do not make ${rest}`);
  }
  const dims = target.map((d) => (d === undefined || d === -1 ? call.unknown() : d));
  return [fact(x.type, dims, dims.length <= 1 ? x.content : undefined)];
};

function inexact(call: Call, size: Dim, rest: Dim): Dim {
  if (typeof size === "number" && typeof rest === "number") refuse(call, `${size} elements do not divide by ${rest}`);
  return divide(size, rest);
}

const unknowns = (n: Dim): Content => (typeof n === "number" ? Array<undefined>(n).fill(undefined) : []);

const gatherContent = (call: Call): Content | undefined => {
  const [x, at] = [input(call, 0), numbers(input(call, 1))];
  if (x.content === undefined || at === undefined || x.dims.length !== 1) return undefined;
  return at.map((i) => x.content![i < 0 ? i + x.content!.length : i]);
};

const scatter: ShapeRule = (call) => {
  sameType(call, input(call, 0), input(call, 2));
  return [fact(input(call, 0).type, input(call, 0).dims)];
};

export const layoutShapes = {
  Reshape: reshape,
  Flatten: (call) => {
    const { type, dims } = input(call, 0);
    const axis = intOf(call, "axis") === dims.length ? dims.length : axisOf(call, intOf(call, "axis"), dims.length);
    return [fact(type, [product(dims.slice(0, axis)), product(dims.slice(axis))])];
  },
  Transpose: (call) => {
    const { type, dims } = input(call, 0);
    const perm = intsOf(call, "perm") ?? dims.map((_, i) => dims.length - 1 - i);
    if (perm.length !== dims.length || new Set(perm.map((p) => axisOf(call, p, dims.length))).size !== dims.length) {
      refuse(call, `[${perm.join(", ")}] is not an order of its axes`);
    }
    return [
      fact(
        type,
        perm.map((p) => dims[p]),
      ),
    ];
  },
  Squeeze: (call) => {
    const { type, dims, content } = input(call, 0);
    const axes = axesInput(call, 1, dims.length) ?? dims.flatMap((d, i) => (d === 1 ? [i] : []));
    for (const a of axes)
      if (typeof dims[a] === "number" && dims[a] !== 1) refuse(call, `axis ${a} is ${dims[a]}, not 1`);
    return [
      fact(
        type,
        dims.filter((_, i) => !axes.includes(i)),
        content,
      ),
    ];
  },
  Unsqueeze: (call) => {
    const { type, dims, content } = input(call, 0);
    const axes = axesInput(call, 1, dims.length + lengthOf(call, 1)) ?? [];
    const result = [...dims];
    for (const a of axes) result.splice(a, 0, 1);
    return [fact(type, result, result.length <= 1 ? content : undefined)];
  },
  Concat: (call) => {
    const all = call.inputs.map((_, i) => input(call, i));
    const type = sameType(call, ...all);
    const axis = axisOf(call, intOf(call, "axis"), all[0].dims.length);
    const dims = [...all[0].dims];
    for (const f of all.slice(1)) {
      if (f.dims.length !== dims.length) refuse(call, "the ranks differ");
      f.dims.forEach((d, i) => {
        if (i === axis) dims[i] = add(dims[i], d);
        else if (typeof d === "number" && typeof dims[i] === "number" && d !== dims[i])
          refuse(call, `axis ${i} differs: ${dims[i]} and ${d}`);
      });
    }
    const size = dims[0];
    if (dims.length !== 1 || typeof size !== "number" || size > CONTENT_LIMIT) return [fact(type, dims)];
    const content = all.flatMap((f) => f.content ?? unknowns(f.dims[0]));
    return [fact(type, dims, content.length === size ? content : undefined)];
  },
  Split: (call) => {
    const { type, dims } = input(call, 0);
    const axis = axisOf(call, intOf(call, "axis"), dims.length);
    const parts = splitSizes(call, dims[axis]);
    if (parts.length !== call.outputs) refuse(call, `${parts.length} parts and ${call.outputs} outputs`);
    return parts.map((p) =>
      fact(
        type,
        dims.map((d, i) => (i === axis ? p : d)),
      ),
    );
  },
  Slice: sliced,
  Pad: (call) => {
    const { type, dims } = input(call, 0);
    const axes = axesInput(call, 3, dims.length) ?? dims.map((_, i) => i);
    const pads = input(call, 1).content;
    const mode = call.attributes.mode as string;
    if (!["constant", "reflect", "edge", "wrap"].includes(mode)) refuse(call, `there is no mode "${mode}"`);
    return [
      fact(
        type,
        dims.map((d, i) => {
          const at = axes.indexOf(i);
          if (at < 0) return d;
          const [before, after] = [pads?.[at], pads?.[at + axes.length]];
          return before === undefined || after === undefined ? call.unknown() : add(add(d, before), after);
        }),
      ),
    ];
  },
  Expand: (call) => {
    const { type, dims, content } = input(call, 0);
    const wide = broadcast(call, [dims, wanted(call, 1)]);
    const n = wide.length === 1 && typeof wide[0] === "number" ? wide[0] : undefined;
    const spread =
      content?.length === 1 && n !== undefined && n <= CONTENT_LIMIT ? Array(n).fill(content[0]) : undefined;
    return [fact(type, wide, wide.length <= 1 ? (spread as Content | undefined) : undefined)];
  },
  Tile: (call) => {
    const { type, dims } = input(call, 0);
    const repeats = wanted(call, 1);
    return [
      fact(
        type,
        dims.map((d, i) => multiply(d, repeats[i])),
      ),
    ];
  },
  Gather: (call) => {
    const [x, at] = [input(call, 0), input(call, 1)];
    wantType(call, at, ["int64", "int32"]);
    const axis = axisOf(call, intOf(call, "axis"), x.dims.length);
    return [fact(x.type, [...x.dims.slice(0, axis), ...at.dims, ...x.dims.slice(axis + 1)], gatherContent(call))];
  },
  GatherElements: (call) => {
    const [x, at] = [input(call, 0), input(call, 1)];
    if (at.dims.length !== x.dims.length) refuse(call, "the indices need the rank of the data");
    axisOf(call, intOf(call, "axis"), x.dims.length);
    return [fact(x.type, at.dims)];
  },
  GatherND: (call) => {
    const [x, at] = [input(call, 0), input(call, 1)];
    const depth = at.dims[at.dims.length - 1];
    if (typeof depth !== "number") return refuse(call, "the last axis of the indices must be a number");
    return [fact(x.type, [...at.dims.slice(0, -1), ...x.dims.slice(intOf(call, "batch_dims") + depth)])];
  },
  ScatterElements: scatter,
  ScatterND: scatter,
  Trilu: (call) => {
    if (input(call, 0).dims.length < 2) refuse(call, "it takes matrices");
    return [fact(input(call, 0).type, input(call, 0).dims)];
  },
  Shape: (call) => {
    const dims = input(call, 0).dims;
    const end = call.attributes.end as number | undefined;
    const part = dims.slice(intOf(call, "start"), end);
    return [fact("int64", [part.length], part)];
  },
  Size: (call) => [fact("int64", [], [product(input(call, 0).dims)])],
  Range: (call) => {
    const [start, limit, delta] = [input(call, 0), input(call, 1), input(call, 2)];
    const type = sameType(call, start, limit, delta);
    const [a, b, d] = [start.content?.[0], limit.content?.[0], delta.content?.[0]];
    if (a === undefined || b === undefined || typeof d !== "number" || d === 0) return [fact(type, [call.unknown()])];
    if (typeof a === "number" && typeof b === "number") {
      const n = Math.max(0, Math.ceil((b - a) / d));
      return [fact(type, [n], n <= CONTENT_LIMIT ? Array.from({ length: n }, (_, i) => a + i * d) : undefined)];
    }
    return [fact(type, [divide(d === 1 ? subtract(b, a) : add(subtract(b, a), d - Math.sign(d)), d)])];
  },
  ConstantOfShape: (call) => {
    const value = call.attributes.value as Tensor | undefined;
    const dims = wanted(call, 0);
    const whole = value?.type === "int64" || value?.type === "int32";
    const n = dims.length === 0 ? 1 : dims[0];
    const known = whole && dims.length <= 1 && typeof n === "number" && n <= CONTENT_LIMIT;
    return [fact(value?.type ?? "float32", dims, known ? Array<Dim>(n).fill(Number(value.data[0])) : undefined)];
  },
  OneHot: (call) => {
    const at = input(call, 0);
    const axis = axisOf(call, intOf(call, "axis"), at.dims.length + 1);
    const depth = input(call, 1).content?.[0] ?? call.unknown();
    return [fact(input(call, 2).type, [...at.dims.slice(0, axis), depth, ...at.dims.slice(axis)])];
  },
} satisfies Record<keyof typeof layout, ShapeRule>;

function splitSizes(call: Call, size: Dim): Dim[] {
  if (call.inputs[1] !== undefined) return wanted(call, 1);
  const n = call.attributes.num_outputs as number | undefined;
  if (n !== undefined && n !== call.outputs) refuse(call, `${n} parts and ${call.outputs} outputs`);
  const parts = call.outputs;
  if (typeof size !== "number")
    return Array.from({ length: parts }, () => exactQuotient(size, parts) ?? call.unknown());
  const each = Math.ceil(size / parts);
  if (each * (parts - 1) >= size) refuse(call, `${size} elements do not split into ${parts} parts`);
  return Array.from({ length: parts }, (_, i) => (i < parts - 1 ? each : size - each * (parts - 1)));
}
