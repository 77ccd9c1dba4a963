import type { ExtractPrediction, Prediction } from "../../record/prediction.ts";
import type { SpanSpec } from "../../record/spans.ts";
import type { SpanScore } from "../../spans/score.ts";
import { tellSpans } from "../../spans/told.ts";
import { f1OfGroups } from "../../stats/interval/share.ts";
import type { Groups } from "../../stats/units.ts";
import type { Kind } from "../kind.ts";
import { measureSpans, recordRight, scoreRow, spanFigures } from "../span-measure.ts";
import { answerOf, found, labelsIn, latticeOf, likelyOf, slices } from "../spans.ts";
import { calibrate } from "./calibrate.ts";
import { fieldsOf, onePerField, placedBy } from "./fields.ts";

const none: SpanSpec = { fields: {}, categories: {}, patterns: [], leakRate: 1 };

/** The values of named fields, each with its place in the text. */
export const extract: Kind = {
  name: "extract",
  metrics: {
    span_f1: "higher",
    span_recall: "higher",
    span_precision: "higher",
    overlap_f1: "higher",
    record_exact: "higher",
  },
  decode(scored, text, manifest) {
    const { fields } = manifest.spans ?? none;
    const spans = onePerField(found(scored, text, manifest), fields);
    const { windows } = latticeOf(scored);
    return {
      fields: fieldsOf(text, spans, manifest.labels, fields),
      spans: spans.map((span) => ({ ...span, text: text.slice(span.start, span.end) })),
      ...(windows > 1 ? { windows } : {}),
    };
  },
  calibrate,
  answerOf: (prediction) => answerOf(extracted(prediction).spans),
  likelyOf: (prediction) => likelyOf(extracted(prediction).spans),
  inWords: tellSpans,
  labelsIn,
  isRight: (row, spec) => scoreOf(row, spec).right,
  scoreOf,
  slices,
  measure(rows, spec) {
    const overall: Parameters<typeof measureSpans>[1] = (scored, groups) =>
      figures(
        scored.map(({ score }) => score),
        groups,
      );
    return measureSpans(rows, overall, placedBy((spec ?? none).fields));
  },
};

function scoreOf(row: Parameters<Kind["isRight"]>[0], spec: SpanSpec | null): SpanScore {
  return scoreRow(row, [], placedBy((spec ?? none).fields)).score;
}

function figures(scores: readonly SpanScore[], groups: Groups): Record<string, ReturnType<typeof f1OfGroups>> {
  const overlap = scores.map((s) => s.overlap);
  return {
    ...spanFigures(
      scores.map((s) => s.exact),
      groups,
    ),
    overlap_f1: f1OfGroups(
      overlap.map((c) => c.hits),
      overlap.map((c) => c.strays),
      overlap.map((c) => c.misses),
      { groups },
    ),
    record_exact: recordRight(scores, groups),
  };
}

function extracted(prediction: Prediction): ExtractPrediction {
  if ("fields" in prediction) return prediction;
  throw new TypeError("this is no record of fields");
}
