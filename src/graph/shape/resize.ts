import type { Tensor } from "../../base/tensor.ts";
import { type Dim, divide, multiply } from "../dim.ts";
import type { Value } from "../ir.ts";
import { axisOf, fact, input, intOf, intsOf, refuse, type ShapeRule } from "./call.ts";

const coordinates = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"];
const modes = ["nearest", "linear", "cubic"];

/** Resize: sizes that are asked for, or floor(size · scale). */
export const resized: ShapeRule = (call) => {
  const x = input(call, 0);
  const [mode, coordinate] = [call.attributes.mode, call.attributes.coordinate_transformation_mode] as string[];
  if (!modes.includes(mode) || !coordinates.includes(coordinate))
    refuse(call, `${mode} by ${coordinate} is not spoken here`);
  if (intOf(call, "antialias") !== 0) refuse(call, "antialiasing is not spoken here");
  if (call.attributes.keep_aspect_ratio_policy !== "stretch") refuse(call, "it keeps the ratio of the sides");
  const axes = (intsOf(call, "axes") ?? x.dims.map((_, i) => i)).map((a) => axisOf(call, a, x.dims.length));
  const sizes = call.inputs[3]?.content;
  const scales = scalesOf((call.inputs[2] as Value | undefined)?.tensor);
  const dims = x.dims.map((d, i): Dim => {
    const at = axes.indexOf(i);
    if (at < 0) return d;
    if (coordinate === "align_corners" && call.inputs[3] === undefined && !whole(d, scales?.[at]))
      refuse(
        call,
        "align_corners by a scale that gives no whole size means one thing to the standard, another to engines",
      );
    return (call.inputs[3] === undefined ? scaled(d, scales?.[at]) : sizes?.[at]) ?? call.unknown();
  });
  return [fact(x.type, dims)];
};

const scalesOf = (t: Tensor | undefined): number[] | undefined => t && Array.from(t.data as ArrayLike<number>, Number);

/** Whether a scale gives a whole size; one that is not known is taken to. */
const whole = (size: Dim, scale = 1): boolean =>
  Number.isInteger(scale) || (typeof size === "number" && Number.isInteger(Math.fround(size * scale)));

/** floor(size · scale), rounded as float32 before, as engines do. */
export function scaled(size: Dim, scale: number | undefined): Dim | undefined {
  if (scale === undefined) return undefined;
  if (typeof size === "number") return Math.floor(Math.fround(size * scale));
  if (Number.isInteger(scale)) return multiply(size, scale);
  return Number.isInteger(1 / scale) ? divide(size, 1 / scale) : undefined;
}
