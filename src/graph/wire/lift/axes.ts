import { type Lift, ints, input, without } from "./site.ts";

/** Until operator sets 13 (ReduceSum, Squeeze, Unsqueeze) and 18 (other reductions) the axes were an attribute. */
export const axesAttribute: Lift = (s) => {
  const axes = ints(s, "axes");
  if (axes === undefined) return undefined;
  return { inputs: [input(s, 0), s.b.ints(axes)], attributes: without(s.attributes, "axes") };
};
