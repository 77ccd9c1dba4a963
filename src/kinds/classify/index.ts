import type { Kind } from "../kind.ts";
import { calibrate } from "./calibrate.ts";
import { classified, decode, likelyOf } from "./decode.ts";
import { isRight, measure } from "./measure.ts";
import { slices } from "./slices.ts";

/** One text, one label out of a closed list. */
export const classify: Kind = {
  name: "classify",
  metrics: { accuracy: "higher", macro_f1: "higher", ece: "lower" },
  decode: (scored, _text, manifest) => decode(scored, manifest),
  calibrate,
  answerOf(prediction) {
    const { label, confidence } = classified(prediction);
    return { label, confidence };
  },
  likelyOf: (prediction) => likelyOf(classified(prediction)),
  inWords: (label) => label,
  labelsIn: (target) => [target],
  isRight,
  scoreOf: null,
  slices,
  measure,
};
