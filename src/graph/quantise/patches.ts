import type { Builder } from "../build.ts";
import type { Node, Value } from "../ir.ts";
import type { Site } from "./site.ts";

/** Under what name the second moments of what a site multiplies its weight with are kept. */
export function momentsName(site: Site): string {
  return site.kind === "convolution" ? `${site.name}:patches` : site.data.name;
}

/** Is the convolution a product of its patches with its weight as a matrix? Not where channels are in groups. */
export function hasPatches({ kind, node, weight }: Site): boolean {
  const { group, auto_pad: auto } = node.attributes;
  return kind === "convolution" && group === 1 && auto === "NOTSET" && weight.dims.length >= 3;
}

/**
 * What a convolution multiplies its weight with, one row a place of its output: [places, channels·taps], in the order of
 * the weight's own matrix. Every tap of the kernel is a slice of the padded input.
 */
export function patches(b: Builder, { attributes, inputs }: Node): Value {
  const [data, weight] = inputs as [Value, Value];
  const kernel = weight.dims.slice(2) as number[];
  const spatial = kernel.map((_, i) => i);
  const each = (name: string, none: number): readonly number[] => {
    const given = attributes[name] as readonly number[] | undefined;
    return given === undefined || given.length === 0 ? kernel.map(() => none) : given;
  };
  const [strides, dilations] = [each("strides", 1), each("dilations", 1)];
  const given = attributes["pads"] as readonly number[] | undefined;
  const pads = given === undefined || given.length === 0 ? [...kernel, ...kernel].map(() => 0) : given;
  const axes = b.ints(spatial.map((i) => i + 2));
  const full = pads.every((p) => p === 0) ? data : b.op("Pad", [data, b.ints([...pads]), b.scalar(0), axes]);
  let taps: number[][] = [[]];
  for (const size of kernel) taps = taps.flatMap((tap) => Array.from({ length: size }, (_, k) => [...tap, k]));
  const slices = taps.map((tap) => {
    const starts = spatial.map((i) => tap[i] * dilations[i]);
    const ends = spatial.map((i) => (kernel[i] - 1 - tap[i]) * dilations[i]).map((left) => (left === 0 ? END : -left));
    return b.op("Unsqueeze", [
      b.op("Slice", [full, b.ints(starts), b.ints(ends), axes, b.ints([...strides])]),
      b.ints([2]),
    ]);
  });
  const stacked = slices.length === 1 ? slices[0] : b.op("Concat", slices, { axis: 2 });
  const places = b.op("Transpose", [stacked], { perm: [0, ...spatial.map((i) => i + 3), 1, 2] });
  const columns = (weight.dims[1] as number) * taps.length;
  return b.op("Reshape", [places, b.ints([-1, columns])]);
}

/** Past the end of any axis. */
const END = 2 ** 31 - 1;
