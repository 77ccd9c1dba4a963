import { float32 } from "../../../base/tensor.ts";
import { input, type Lift, refuse, text, textAttribute, without } from "./site.ts";

const asymmetric = {
  coordinate_transformation_mode: textAttribute("asymmetric"),
  nearest_mode: textAttribute("floor"),
} as const;

/** Upsample (7: scales as an attribute, 9: as an input) is what Resize with asymmetric coordinates does. */
export const upsample: Lift = (s) => {
  const given = s.attributes["scales"]?.floats;
  const scales = given === undefined ? input(s, 1) : s.b.constant(float32([given.length], given));
  const mode = text(s, "mode", "nearest");
  return {
    op: "Resize",
    inputs: [input(s, 0), undefined, scales],
    attributes: { ...asymmetric, mode: textAttribute(mode === "bilinear" ? "linear" : mode) },
  };
};

/**
 * Operator set 10 had (X, scales) with asymmetric coordinates. From 11 on scales or sizes may be given as tensors of no
 * element, and the regions of interest mean something to tf_crop_and_resize alone. tf_half_pixel_for_nn (11) is half_pixel
 * rounded up from the half.
 */
export const resize: Lift = (s) => {
  if (s.opset < 11)
    return { inputs: [input(s, 0), undefined, input(s, 1)], attributes: { ...asymmetric, ...s.attributes } };
  const there = (i: number) => (s.inputs[i]?.dims[0] === 0 ? undefined : s.inputs[i]);
  const inputs = [input(s, 0), undefined, there(2), there(3)];
  const mode = text(s, "coordinate_transformation_mode", "half_pixel");
  if (mode === "tf_crop_and_resize") return { inputs: [input(s, 0), s.inputs[1], there(2), there(3)] };
  if (mode !== "tf_half_pixel_for_nn") return { inputs };
  if (text(s, "nearest_mode", "round_prefer_floor") !== "floor") refuse(s, `${mode} without rounding down`);
  const attributes = {
    ...without(s.attributes, "coordinate_transformation_mode"),
    nearest_mode: textAttribute("round_prefer_ceil"),
  };
  return { inputs, attributes };
};
