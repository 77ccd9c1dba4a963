import { dimsAlong, exactShape } from "../../gradient/shapes.ts";
import { input, int, type Lift, refuse } from "./site.ts";

/** The first n elements of each row along the time axis turned round, n being the row's own length: row t reads n − 1 − t. */
export const reverseSequence: Lift = (s) => {
  const { b } = s;
  const [x, given] = [input(s, 0), input(s, 1)];
  const [time, batch] = [int(s, "time_axis", 0), int(s, "batch_axis", 1)];
  if (time + batch !== 1 || time * batch !== 0 || x.dims.length < 2)
    refuse(s, "its axes of time and batch are others than the first two");
  const steps = b.op("Squeeze", [dimsAlong(b, x, [time]), b.ints([0])]);
  const range = b.op("Range", [b.scalar(0, "int64"), steps, b.scalar(1, "int64")]);
  const places = b.op("Unsqueeze", [range, b.ints([batch])]);
  const lengths = b.op("Unsqueeze", [given, b.ints([time])]);
  const turned = b.op("Sub", [b.op("Sub", [lengths, b.scalar(1, "int64")]), places]);
  const read = b.op("Where", [b.op("Less", [places, lengths]), turned, places]);
  const rest = x.dims.slice(2).map((_, i) => i + 2);
  const along = rest.length === 0 ? read : b.op("Unsqueeze", [read, b.ints(rest)]);
  return [b.op("GatherElements", [x, b.op("Expand", [along, exactShape(b, x)])], { axis: time })];
};
