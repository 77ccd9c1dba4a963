import type { Prediction, RedactPrediction } from "../../record/prediction.ts";
import { tellSpans } from "../../spans/told.ts";
import type { Kind } from "../kind.ts";
import { measureSpans, recordRight, scoreRow, spanFigures } from "../span-measure.ts";
import { answerOf, found, labelsIn, latticeOf, likelyOf, slices } from "../spans.ts";
import { calibrate } from "./calibrate.ts";
import { leakFigures } from "./leaks.ts";
import { replaced, replacerOf } from "./policy.ts";

/** Nothing of the named categories left in the text. */
export const redact: Kind = {
  name: "redact",
  metrics: {
    span_f1: "higher",
    span_recall: "higher",
    span_precision: "higher",
    leak_documents: "lower",
    leak_characters: "lower",
    over_redaction: "lower",
    record_exact: "higher",
  },
  decode(scored, text, manifest, { secret } = {}) {
    const spans = found(scored, text, manifest);
    const by = replacerOf(manifest.spans?.categories ?? {}, secret)(text, spans);
    const { windows } = latticeOf(scored);
    return {
      text: replaced(text, spans, by),
      spans: spans.map((span, i) => ({ ...span, replacement: by[i] })),
      ...(windows > 1 ? { windows } : {}),
    };
  },
  calibrate,
  answerOf: (prediction) => answerOf(redacted(prediction).spans),
  likelyOf: (prediction) => likelyOf(redacted(prediction).spans),
  inWords: tellSpans,
  labelsIn,
  isRight: (row) => scoreRow(row, []).score.right,
  scoreOf: (row) => scoreRow(row, []).score,
  slices,
  measure(rows) {
    const texts = rows.map((row) => row.text);
    return measureSpans(rows, (scored, groups) => ({
      ...spanFigures(
        scored.map(({ score }) => score.exact),
        groups,
      ),
      ...leakFigures(
        texts,
        scored.map(({ score }) => score.characters),
        groups,
      ),
      record_exact: recordRight(
        scored.map(({ score }) => score),
        groups,
      ),
    }));
  },
};

function redacted(prediction: Prediction): RedactPrediction {
  if ("text" in prediction) return prediction;
  throw new TypeError("this is no redacted text");
}
