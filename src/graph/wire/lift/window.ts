import type { RawAttribute } from "../model.ts";
import { input, ints, type Lift, refuse, text, without } from "./site.ts";

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

const list = (values: readonly number[]): RawAttribute => ({ ints: [...values], floats: [], strings: [] });
