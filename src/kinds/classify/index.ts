import type { Kind } from "../kind.ts";
import { decode } from "./decode.ts";
import { measure } from "./measure.ts";
import { slices } from "./slices.ts";

/** One text, one label out of a closed list. */
export const classify: Kind = {
  name: "classify",
  metrics: { accuracy: "higher", macro_f1: "higher", ece: "lower" },
  decode,
  slices,
  measure,
};
