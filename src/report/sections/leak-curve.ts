import type { OperatingPoint } from "../../record/operating.ts";
import type { Reported } from "../../record/reported.ts";
import { isKnown } from "../../stats/estimate.ts";
import { figure, table } from "../figures.ts";
import { markup, type Markup } from "../markup.ts";
import { drawn, Plot } from "../plot.ts";
import { judgedOn } from "../words.ts";

interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Leaks against over-redaction, one point an operating point; null where the make has not kept them. */
export function leakCurve({ operating, manifest }: Reported): Markup | null {
  if (operating === null || manifest.spans === undefined) return null;
  const { leakRate, outsideBias } = manifest.spans;
  const points = operating.points.flatMap((point): Point[] => {
    const { leak_documents: y, over_redaction: x } = point;
    return isKnown(x) && isKnown(y) ? [{ x: x.value, y: y.value, low: y.low, high: y.high }] : [];
  });
  if (points.length === 0) return null;
  const chosen = operating.points.findIndex((point) => point.outsideBias === outsideBias);
  const at = operating.points[chosen] as OperatingPoint | undefined;
  const ring = at !== undefined && isKnown(at.leak_documents) && isKnown(at.over_redaction);
  const [right, top] = [Math.max(...points.map((p) => p.x)), Math.max(leakRate, ...points.map((p) => p.high))];
  const plot = drawn({
    alt: `Curve of ${points.length} operating points: the share of texts that keep a leak falls as the share of other characters that are redacted rises. The numbers stand below.`,
    caption: markup`What marking more readily saves and costs, read off the rows that judged, ${judgedOn(operating.on)}. Dashed: the leaking texts that the task allows.${ring ? " Ringed: the point that was chosen." : null}`,
    options: {
      x: { domain: [0, right * 1.05 || 0.01], label: "other characters taken with them", ticks: 6, tickFormat: share },
      y: {
        domain: [0, Math.min(1, top * 1.05)],
        label: "texts that keep a leak",
        grid: true,
        ticks: 6,
        tickFormat: share,
      },
      marks: [
        Plot.frame({ anchor: "bottom", stroke: "var(--line)" }),
        Plot.ruleY([leakRate], { stroke: "var(--held)", strokeWidth: 1.5, strokeDasharray: "6 4" }),
        Plot.text([`allowed ${share(leakRate)}`], {
          frameAnchor: "right",
          y: leakRate,
          dy: -7,
          textAnchor: "end",
          fill: "var(--held)",
        }),
        Plot.line(points, { x: "x", y: "y", stroke: "var(--c2)", strokeWidth: 1.5 }),
        Plot.ruleX(points, { x: "x", y1: "low", y2: "high", stroke: "var(--c2)", strokeWidth: 1 }),
        Plot.dot(points, { x: "x", y: "y", r: 3.5, fill: "var(--c2)" }),
        ...(ring
          ? [
              Plot.dot([{ x: at.over_redaction.value, y: at.leak_documents.value }], {
                x: "x",
                y: "y",
                r: 9,
                stroke: "var(--ink)",
                strokeWidth: 1.5,
              }),
            ]
          : []),
      ],
    },
  });
  const numbers = table({
    caption: "The operating points; the one that was chosen is set off",
    head: ["taken from “no span”", "texts that keep a leak", "other characters taken"],
    rows: operating.points.map(({ outsideBias: bias, leak_documents, over_redaction }) => [
      bias.toFixed(2),
      figure(leak_documents, { n: false }),
      figure(over_redaction, { n: false }),
    ]),
    ...(chosen === -1 ? {} : { marked: chosen }),
  });
  return markup`<div class="pair"><div>${plot}</div><div>${numbers}</div></div>`;
}

function share(x: number): string {
  return `${Number((100 * x).toPrecision(3))} %`;
}
