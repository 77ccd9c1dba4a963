import { product } from "../../dim.ts";
import { shapeFor } from "../../gradient/shapes.ts";
import { input, int, intAttribute, type Lift } from "./site.ts";

/**
 * Until operator set 13 these flattened their input to a matrix at the axis (1 when not told), and worked along its rows.
 * That is the axis itself where it is the last, or all after it are single.
 */
export const coerced =
  (op: "Softmax" | "LogSoftmax"): Lift =>
  (s) => {
    if (s.opset >= 13) return undefined;
    const x = input(s, 0);
    const given = int(s, "axis", 1);
    const axis = given < 0 ? given + x.dims.length : given;
    const single = product(x.dims.slice(axis + 1)) === 1;
    if (single && axis < x.dims.length) return { attributes: { axis: intAttribute(axis) } };
    const flat = s.b.op(op, [s.b.op("Flatten", [x], { axis })], { axis: -1 });
    return [s.b.op("Reshape", [flat, shapeFor(s.b, x)])];
  };
