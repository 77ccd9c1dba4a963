import { input, int, type Lift } from "./site.ts";

/**
 * Exporters write a batch of one into the shapes that they reshape to. Where the batch was opened when the model was read
 * (`sizes`), such a leading 1 goes with the batch: 0 says "as the input has it".
 */
export const reshape: Lift = (s) => {
  const [x, shape] = [input(s, 0), input(s, 1)];
  const [batch] = x.dims;
  const dims = shape.content;
  const fixed = dims?.[0] === 1 && dims.every((d) => typeof d === "number");
  if (!fixed || typeof batch !== "string" || !s.opened.has(batch) || int(s, "allowzero", 0) !== 0) return undefined;
  return { inputs: [x, s.b.ints([0, ...(dims.slice(1) as readonly number[])])] };
};
