import type { Value } from "../../ir.ts";
import { float, input, int, intAttribute, ints, type Lift, refuse, scalarLike, without } from "./site.ts";

/** Until operator set 10 the bounds were attributes. */
export const slice: Lift = (s) => {
  const [starts, ends] = [ints(s, "starts"), ints(s, "ends")];
  if (starts === undefined || ends === undefined) return undefined;
  const axes = ints(s, "axes") ?? starts.map((_, i) => i);
  return { inputs: [input(s, 0), s.b.ints(starts), s.b.ints(ends), s.b.ints(axes)], attributes: {} };
};

/** Until operator set 11 the bounds were attributes. */
export const clip: Lift = (s) => {
  if (s.opset >= 11) return undefined;
  const bound = (name: string): Value | undefined =>
    s.attributes[name] === undefined ? undefined : scalarLike(s.b, input(s, 0), float(s, name, 0));
  return { inputs: [input(s, 0), bound("min"), bound("max")], attributes: {} };
};

/** Until operator set 11 the paddings and the value were attributes. */
export const pad: Lift = (s) => {
  if (s.opset >= 11) return undefined;
  const pads = ints(s, "pads") ?? refuse(s, "it names no paddings");
  const value = scalarLike(s.b, input(s, 0), float(s, "value", 0));
  return { inputs: [input(s, 0), s.b.ints(pads), value], attributes: without(s.attributes, "pads", "value") };
};

/** Until operator set 10 the count was an attribute. */
export const topK: Lift = (s) => {
  const k = s.attributes["k"]?.i;
  if (k === undefined) return undefined;
  return { inputs: [input(s, 0), s.b.ints([k])], attributes: without(s.attributes, "k") };
};

/** Until operator set 13 the sizes were an attribute, and until 18 equal parts went without saying. */
export const split: Lift = (s) => {
  const sizes = ints(s, "split");
  if (sizes !== undefined)
    return { inputs: [input(s, 0), s.b.ints(sizes)], attributes: without(s.attributes, "split") };
  if (s.opset >= 18 || s.inputs[1] !== undefined) return undefined;
  return { attributes: { ...s.attributes, num_outputs: intAttribute(s.outputs) } };
};

/**
 * Until operator set 12 the rate was an attribute; until 10 the mask had the type of the input. A node that drops when it
 * runs would give other outputs each time, so it is refused: training puts the drops in, seeded.
 */
export const dropout: Lift = (s) => {
  if (s.opset >= 12) {
    const training = s.inputs[2];
    if (training === undefined || training.tensor?.data[0] === 0) return { inputs: s.inputs.slice(0, 2) };
    return refuse(
      s,
      "it drops at random when it runs",
      "export the model for inference; a training step drops by itself",
    );
  }
  const rate = scalarLike(s.b, input(s, 0), float(s, "ratio", 0.5));
  const made = s.b.ops("Dropout", [input(s, 0), rate], {}, s.outputs);
  if (s.outputs < 2 || s.opset >= 10) return made;
  return [made[0], s.b.op("Cast", [made[1]], { to: input(s, 0).type })];
};

/** `saturate` speaks of 8-bit floats alone, which are not spoken here. */
export const unsaturated: Lift = (s) => {
  if (int(s, "output_dtype", 0) > 3)
    refuse(s, "it asks for an element type that is not spoken here", "export 8-bit integers");
  return {
    attributes: without(
      s.attributes,
      "saturate",
      "output_dtype",
      ...(int(s, "block_size", 0) === 0 ? ["block_size"] : []),
    ),
  };
};
