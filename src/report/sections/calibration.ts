import { calibrationBins, calibrationError } from "../../stats/calibration.ts";
import { isKnown } from "../../stats/estimate.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import { riskCoverage, riskCoverageArea, type RiskPoint } from "../../stats/risk-coverage.ts";
import { count, figure, folded, table } from "../figures.ts";
import { markup, type Markup } from "../markup.ts";
import { drawn, Plot } from "../plot.ts";
import type { Reported } from "../../record/reported.ts";
import { hasSpans, isRight, judgedOn, nameOf, rightOf } from "../words.ts";
import type { Section } from "./section.ts";

/** Risks at which the curve is read off. */
const RISKS = [0.01, 0.02, 0.05, 0.1] as const;
/** Points that a curve is drawn with. */
const DRAWN = 240;
/** Items that a bin of the diagram must hold, for its interval to say something. */
const LEAST = 20;

const WHOLE =
  "An answer is as sure as the least sure of its spans, and right where every span is and nothing is missing; an answer without spans counts as sure. ";

/** Whether a confidence means what it says, and what leaving the unsure unanswered buys. */
export function calibration(reported: Reported): Section {
  const { chosen } = reported;
  const confidence = chosen.answers.map((a) => a.confidence);
  const right = chosen.answers.map(isRight);
  const curve = riskCoverage(confidence, right);
  const body = markup`<p>${hasSpans(reported) ? WHOLE : null}${nameOf(chosen)}, judged ${judgedOn(chosen.evaluation.on)}; the temperature that each row was judged with was fitted on other rows. Expected calibration error ${figure(chosen.evaluation.quality["ece"] ?? calibrationError(confidence, right))}; area under the risk–coverage curve ${figure(riskCoverageArea(confidence, right))}, where 0 is best.</p>
<div class="pair">${reliability(confidence, right, rightOf(reported))}${risk(curve)}</div>
${operatingPoints(confidence, right, curve)}`;
  return { id: "calibration", stage: "evaluate", title: "Calibration, and what may be left unanswered", body };
}

function reliability(confidence: readonly number[], right: readonly boolean[], word: string): Markup {
  const n = confidence.length;
  const bins = calibrationBins(confidence, right, Math.max(1, Math.min(15, Math.floor(n / LEAST)))).map((bin) => ({
    ...bin,
    share: wilson(Math.round(bin.accuracy * bin.count), bin.count),
  }));
  const points = bins.flatMap(({ confidence: x, accuracy: y, count: size, share }) =>
    isKnown(share) ? [{ x, y, size, low: share.low, high: share.high }] : [],
  );
  const unit = [0, 1];
  const plot = drawn({
    alt: `Reliability diagram of ${bins.length} bins: how often answers of a confidence are ${word}. The numbers stand below.`,
    caption: `How often answers of a confidence are ${word}, in bins of equal mass with 95 % intervals; on the line is honest.`,
    options: {
      x: { domain: unit, label: "confidence", ticks: 6 },
      y: { domain: unit, label: `share that is ${word}`, grid: true, ticks: 6 },
      marks: [
        Plot.frame({ anchor: "bottom", stroke: "var(--line)" }),
        Plot.line(
          unit.map((x) => ({ x, y: x })),
          { x: "x", y: "y", stroke: "var(--soft)", strokeDasharray: "5 4" },
        ),
        Plot.ruleX(points, { x: "x", y1: "low", y2: "high", stroke: "var(--c2)", strokeWidth: 1.5 }),
        Plot.dot(points, { x: "x", y: "y", r: 4, fill: "var(--c2)" }),
      ],
    },
  });
  const numbers = table({
    caption: "The bins of the reliability diagram",
    head: ["mean confidence", `share that is ${word}`],
    rows: bins.map((bin) => [bin.confidence.toFixed(3), figure(bin.share)]),
  });
  return markup`<div>${plot}${folded("The numbers", numbers)}</div>`;
}

function risk(curve: readonly RiskPoint[]): Markup {
  const points = spread(curve);
  const highest = Math.max(0.05, ...points.filter((p) => p.coverage >= 0.05).map((p) => p.risk));
  return drawn({
    alt: "Risk–coverage curve: the share of mistakes among the most confident answers, against the share that is answered.",
    caption:
      "Share of mistakes among the most confident answers, against the share answered. The rest would go to a person or a larger model.",
    options: {
      x: { domain: [0, 1], label: "share answered", ticks: 6 },
      y: {
        domain: [0, highest * 1.1],
        label: "share that is wrong",
        grid: true,
        ticks: 6,
        tickFormat: (x: number) => x.toFixed(2),
      },
      marks: [
        Plot.frame({ anchor: "bottom", stroke: "var(--line)" }),
        Plot.line(
          points.filter((p) => p.risk <= highest * 1.1),
          { x: "coverage", y: "risk", stroke: "var(--c2)", strokeWidth: 2, curve: "step-after" },
        ),
      ],
    },
  });
}

/** The largest coverage at each risk, with the threshold that gives it. */
function operatingPoints(
  confidence: readonly number[],
  right: readonly boolean[],
  curve: readonly RiskPoint[],
): Markup {
  const n = confidence.length;
  const rows = RISKS.map((limit) => {
    const found = curve.filter((p) => p.risk <= limit).at(-1);
    if (found === undefined)
      return [`at most ${100 * limit} %`, markup`<span class="none">at no threshold</span>`, "–", "–"];
    const answered = right.filter((_, i) => confidence[i] >= found.threshold);
    const wrong = answered.filter((r) => !r).length;
    return [
      `at most ${100 * limit} %`,
      found.threshold.toFixed(3),
      figure(wilson(answered.length, n), { n: false }),
      figure(wilson(wrong, answered.length)),
    ];
  });
  return table({
    caption: `Thresholds read off these very ${count(n)} rows, so their risk leans low; judge a threshold on others before relying on it`,
    head: ["wanted risk", "answer from confidence", "share answered", "wrong among these"],
    rows,
  });
}

/** Evenly spaced points of a long curve, its ends among them. */
function spread(curve: readonly RiskPoint[]): RiskPoint[] {
  if (curve.length <= DRAWN) return [...curve];
  return Array.from({ length: DRAWN }, (_, i) => curve[Math.round((i * (curve.length - 1)) / (DRAWN - 1))]);
}
