import type { RawAttribute } from "../model.ts";
import { type Dim } from "../../dim.ts";
import { windowOf } from "../../shape/window.ts";
import { input, ints, type Lift, refuse, type Site, text, without } from "./site.ts";

/**
 * ConvTranspose with the size of its output asked for, or auto_pad: both say how much padding there is,
 * total = stride·(in − 1) + output_padding + dilation·(kernel − 1) + 1 − out, and auto_pad means out = stride·in.
 */
export const convTranspose: Lift = (s) => {
  const auto = text(s, "auto_pad", "NOTSET");
  const asked = ints(s, "output_shape");
  if (asked === undefined && !auto.startsWith("SAME")) return undefined;
  const [x, w] = [input(s, 0), input(s, 1)];
  const space = x.dims.slice(2);
  const at = (name: string, otherwise: number): readonly number[] => ints(s, name) ?? space.map(() => otherwise);
  const [strides, dilations, extra] = [at("strides", 1), at("dilations", 1), at("output_padding", 0)];
  const out = asked?.slice(asked.length - space.length);
  const totals = space.map((size, i) => {
    const kernel = w.dims[i + 2];
    if (typeof kernel !== "number") return refuse(s, "the size of its kernel is not known");
    const rest = extra[i] + dilations[i] * (kernel - 1) + 1 - strides[i];
    if (out === undefined) return rest;
    if (typeof size !== "number") return refuse(s, "it asks for a size of the output and its input's is not known");
    return strides[i] * size + rest - out[i];
  });
  // Less than none: what is missing is added at the end.
  const output_padding = list(totals.map((t, i) => extra[i] + Math.max(0, -t)));
  const [less, more] = [Math.floor, Math.ceil].map((round) => totals.map((t) => round(Math.max(0, t) / 2)));
  const pads = list(auto === "SAME_UPPER" ? [...less, ...more] : [...more, ...less]);
  return { attributes: { ...without(s.attributes, "auto_pad", "output_shape"), pads, output_padding } };
};

/**
 * auto_pad as the paddings that it stands for, where engines do not take it as the standard has it: with dilations, which
 * they leave out of account, and with a stride longer than the kernel. Output sizes are ceil(in / stride).
 */
export const padded =
  (kernelOf: (s: Site) => readonly Dim[]): Lift =>
  (s) => {
    const auto = text(s, "auto_pad", "NOTSET");
    if (!auto.startsWith("SAME")) return undefined;
    const spatial = input(s, 0).dims.slice(2);
    const kernel = kernelOf(s);
    const known = [...spatial, ...kernel].every((d) => typeof d === "number");
    if (!known || kernel.length !== spatial.length) return undefined;
    const [strides, dilations] = [filled(s, "strides", spatial.length), filled(s, "dilations", spatial.length)];
    if (dilations.every((d) => d === 1) && strides.every((stride, i) => stride <= Number(kernel[i]))) return undefined;
    const window = windowOf({ auto_pad: auto, strides, dilations }, kernel as number[], spatial);
    if (window === undefined) return undefined;
    return { attributes: { ...without(s.attributes, "auto_pad"), pads: list([...window.begin, ...window.end]) } };
  };

const filled = (s: Site, name: string, n: number): readonly number[] => {
  const given = ints(s, name);
  return given?.length === n ? given : Array<number>(n).fill(1);
};

const list = (values: readonly number[]): RawAttribute => ({ ints: [...values], floats: [], strings: [] });
