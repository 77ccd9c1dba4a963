import type { normalise } from "../op/normalise.ts";
import {
  agree,
  axisOf,
  broadcast,
  type Call,
  fact,
  input,
  intOf,
  isFloat,
  refuse,
  sameType,
  type ShapeRule,
} from "./call.ts";

/** One number a channel, for each input from the second on. */
const byChannel = (call: Call): void => {
  const x = input(call, 0);
  if (!isFloat(x.type)) refuse(call, "it is defined for floating point alone");
  if (x.dims.length < 2) refuse(call, "it takes [batch, channels, …space]");
  call.inputs.slice(1).forEach((_, i) => {
    const f = input(call, i + 1);
    if (f.dims.length !== 1) refuse(call, `input ${i + 1} is not a vector`);
    agree(call, f.dims[0], x.dims[1], `input ${i + 1} is not one number a channel`);
  });
};

export const normaliseShapes = {
  LayerNormalization: (call) => {
    const [x, scale, bias] = [input(call, 0), input(call, 1), call.inputs[2]];
    const type = sameType(call, x, scale, bias);
    if (!isFloat(type)) refuse(call, "it is defined for floating point alone");
    const axis = axisOf(call, intOf(call, "axis"), x.dims.length);
    for (const f of [scale, bias]) {
      if (f !== undefined && broadcast(call, [x.dims, f.dims]).join() !== x.dims.join())
        refuse(call, "scale and bias must broadcast to the input");
    }
    const statistic = fact(
      "float32",
      x.dims.map((d, i) => (i < axis ? d : 1)),
    );
    return [fact(type, x.dims), statistic, statistic].slice(0, call.outputs);
  },
  BatchNormalization: (call) => {
    byChannel(call);
    if (intOf(call, "training_mode") !== 0) refuse(call, "its training form is written out when a file is read");
    return [fact(input(call, 0).type, input(call, 0).dims)];
  },
  InstanceNormalization: (call) => {
    byChannel(call);
    if (input(call, 0).dims.length < 3) refuse(call, "it takes [batch, channels, …space]");
    return [fact(sameType(call, ...call.inputs), input(call, 0).dims)];
  },
} satisfies Record<keyof typeof normalise, ShapeRule>;
