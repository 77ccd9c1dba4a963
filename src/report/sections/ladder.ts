import { printBytes } from "../../base/print.ts";
import type { BarLine } from "../../record/task.ts";
import { isKnown, type Estimate } from "../../stats/estimate.ts";
import { count, figure, table } from "../figures.ts";
import { markup, type Markup } from "../markup.ts";
import { drawn, hue, Plot } from "../plot.ts";
import type { Judged, Reported } from "../../record/reported.ts";
import { figuresOf, headlineOf, headOf, judgedOn, nameOf } from "../words.ts";
import type { Section } from "./section.ts";

/** Quality against size and against latency, each point with its interval, the bar drawn in; and the numbers. */
export function ladder(reported: Reported): Section {
  const headline = drawnBy(reported);
  const body = markup`<p>Every candidate that was measured. The smallest that holds every line of the bar is taken; dashed lines are the bar${barWords(reported)}</p>
${legend(reported)}
<div class="pair">${againstSize(reported, headline)}${againstLatency(reported, headline)}</div>
${numbers(reported)}`;
  return { id: "ladder", stage: "train", title: "The ladder", body };
}

function barWords({ task }: Reported): string {
  const byInterval = task.bar.some((line) => line.by === "interval");
  return byInterval ? ": where it is asked of the interval, the whole interval must lie on the better side." : ".";
}

/** The figure that the bar asks for first, else the first of the kind. */
function drawnBy(reported: Reported): string {
  const { quality } = reported.chosen.evaluation;
  const asked = reported.task.bar.find(({ metric, slice }) => slice === null && quality[metric] !== undefined);
  return asked?.metric ?? headlineOf(reported);
}

interface Point {
  readonly name: string;
  readonly rung: string;
  readonly colour: string;
  readonly symbol: string;
  readonly chosen: boolean;
  readonly x: number;
  readonly xLow: number;
  readonly xHigh: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Plot's name of the mark of a precision, and its outline for the legend. */
const symbols = {
  fp32: { symbol: "circle", outline: "M0-4A4 4 0 1 1 0 4A4 4 0 1 1 0-4Z" },
  fp16: { symbol: "square2", outline: "M-4-4H4V4H-4Z" },
  int8: { symbol: "triangle", outline: "M0-5L5 4H-5Z" },
  int4: { symbol: "diamond2", outline: "M0-6L6 0L0 6L-6 0Z" },
  mixed: { symbol: "star", outline: "M0-6L1.4-2H5.7L2.2.7L3.5 5L0 2.3L-3.5 5L-2.2.7L-5.7-2H-1.4Z" },
  healed: { symbol: "cross", outline: "M-2-5H2V-2H5V2H2V5H-2V2H-5V-2H-2Z" },
} as const;

function pointsOf(reported: Reported, headline: string, x: (judged: Judged) => Estimate): Point[] {
  const rungs = [...new Set(reported.ladder.map((m) => m.recipe.rung))];
  return reported.ladder.flatMap((judged) => {
    const y = judged.evaluation.quality[headline];
    const at = x(judged);
    if (y === undefined || !isKnown(y) || !isKnown(at)) return [];
    return [
      {
        name: nameOf(judged),
        rung: judged.recipe.rung,
        colour: hue(rungs.indexOf(judged.recipe.rung)),
        symbol: symbols[judged.precision].symbol,
        chosen: judged === reported.chosen,
        x: at.value,
        xLow: at.low,
        xHigh: at.high,
        y: y.value,
        low: y.low,
        high: y.high,
      },
    ];
  });
}

function againstSize(reported: Reported, headline: string): Markup {
  const sizeOf = ({ footprint: { size_bytes: size } }: Judged): Estimate => {
    return { value: size, low: size, high: size, n: 1, level: 1, method: "counted" };
  };
  return plot(reported, headline, pointsOf(reported, headline, sizeOf), {
    figure: headOf(headline, reported),
    label: "size of the parts",
    metric: "size_bytes",
    tick: (x) => printBytes(x).replace(/\.0+ /, " "),
    caption: `${headline} against what a device downloads`,
  });
}

function againstLatency(reported: Reported, headline: string): Markup {
  return plot(
    reported,
    headline,
    pointsOf(reported, headline, (m) => m.footprint.latency_ms.p95),
    {
      figure: headOf(headline, reported),
      label: "p95 of one prediction",
      metric: "latency_p95_ms",
      tick: (x) => `${Number(x.toPrecision(1))} ms`,
      caption: `${headline} against the latency of one prediction, p95, measured on the machine named below`,
    },
  );
}

interface Against {
  /** The quality figure, with the direction that is better. */
  readonly figure: string;
  readonly label: string;
  readonly metric: string;
  readonly tick: (x: number) => string;
  readonly caption: string;
}

function plot(reported: Reported, headline: string, points: readonly Point[], against: Against): Markup {
  const { bar } = reported.task;
  const limitOf = (metric: string): BarLine | undefined => bar.find((l) => l.metric === metric && l.slice === null);
  const floor = limitOf(headline);
  const wall = limitOf(against.metric);
  const xs = points.flatMap((p) => [p.xLow, p.xHigh]);
  // A limit far from everything measured would squeeze the points into a corner: it is told in words instead.
  const near = wall !== undefined && wall.limit <= 4 * Math.max(...xs);
  const ends = [Math.min(...xs) / 1.6, Math.max(...xs, near ? wall.limit : 0) * 1.6];
  const ys = [...points.flatMap((p) => [p.low, p.high]), ...(floor === undefined ? [] : [floor.limit])];
  const far =
    wall !== undefined && !near ? ` The bar's limit, ${against.tick(wall.limit)}, lies beyond the right edge.` : "";
  const [bottom, top] = [Math.max(0, Math.min(...ys) - 0.02), Math.min(1, Math.max(...ys) + 0.02)];
  const isLow = floor !== undefined && floor.limit < (Math.min(...ys) + Math.max(...ys)) / 2;
  const rungs = [...new Set(points.map((p) => p.rung))];
  const words = headline.includes("_")
    ? against.caption
    : `${against.caption[0].toUpperCase()}${against.caption.slice(1)}`;
  return drawn({
    alt: `Plot of ${points.length} candidates: ${against.caption}. The numbers stand in the table below.`,
    caption: `${words}.${far}`,
    options: {
      x: { type: "log", domain: ends, label: against.label, tickFormat: against.tick, ticks: 4 },
      y: {
        domain: [bottom, top],
        label: against.figure,
        grid: true,
        ticks: 6,
      },
      marks: [
        Plot.frame({ anchor: "bottom", stroke: "var(--line)" }),
        ...(floor === undefined
          ? []
          : [
              Plot.ruleY([floor.limit], { stroke: "var(--held)", strokeWidth: 1.5, strokeDasharray: "6 4" }),
              Plot.text([`bar ${floor.limit}`], {
                x: ends[0],
                y: floor.limit,
                dx: 4,
                dy: -7,
                textAnchor: "start",
                fill: "var(--held)",
              }),
            ]),
        ...(near
          ? [
              Plot.ruleX([wall.limit], { stroke: "var(--held)", strokeWidth: 1.5, strokeDasharray: "6 4" }),
              Plot.text([`bar ${against.tick(wall.limit)}`], {
                x: wall.limit,
                // Away from the other limit's line and name.
                frameAnchor: isLow ? "top" : "bottom",
                dx: -5,
                dy: isLow ? 8 : -8,
                textAnchor: "end",
                fill: "var(--held)",
              }),
            ]
          : []),
        Plot.ruleX(points, { x: "x", y1: "low", y2: "high", stroke: (p: Point) => p.colour, strokeWidth: 1.5 }),
        Plot.ruleY(points, { y: "y", x1: "xLow", x2: "xHigh", stroke: (p: Point) => p.colour, strokeWidth: 1.5 }),
        Plot.dot(
          points.filter((p) => p.chosen),
          { x: "x", y: "y", r: 11, stroke: "var(--ink)", strokeWidth: 1.5 },
        ),
        ...Object.values(symbols).map(({ symbol }) =>
          Plot.dot(
            points.filter((p) => p.symbol === symbol),
            { x: "x", y: "y", r: 4.5, symbol, fill: (p: Point) => p.colour, title: (p: Point) => p.name },
          ),
        ),
        ...rungs.map((rung, i) => {
          const own = points.filter((p) => p.rung === rung);
          // Neighbours lie close together: one is named above its intervals, the next below, where that is not the axis.
          const low = Math.min(...own.map((p) => p.low));
          const below = i % 2 === 1 && low - bottom > (top - bottom) / 10;
          return Plot.text([rung], {
            x: Math.sqrt(Math.min(...own.map((p) => p.x)) * Math.max(...own.map((p) => p.x))),
            y: below ? low : Math.max(...own.map((p) => p.high)),
            dy: below ? 12 : -9,
            fill: own[0].colour,
            stroke: "var(--paper)",
            strokeWidth: 4,
            fontWeight: 600,
          });
        }),
      ],
    },
  });
}

function legend({ ladder: steps }: Reported): Markup {
  const rungs = [...new Set(steps.map((m) => m.recipe.rung))];
  const precisions = [...new Set(steps.map((m) => m.precision))];
  const swatch = (shape: Markup): Markup => markup`<svg viewBox="-6 -6 12 12" aria-hidden="true">${shape}</svg>`;
  return markup`<ul class="legend">${rungs.map(
    (rung, i) => markup`<li>${swatch(markup`<circle r="5" fill="${hue(i)}"/>`)}${rung}</li>`,
  )}${precisions.map((precision) => markup`<li>${swatch(markup`<path d="${symbols[precision].outline}" fill="currentColor"/>`)}${precision}</li>`)}<li>${swatch(
    markup`<circle r="5.2" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
  )}chosen</li></ul>`;
}

function numbers(reported: Reported): Markup {
  const { ladder: steps, chosen } = reported;
  const names = figuresOf(
    reported,
    steps.map((m) => m.evaluation.quality),
  );
  // What the bar asks for stands first: the table is wide.
  const asked = reported.task.bar.map((line) => line.metric);
  names.sort((a, b) => Number(asked.includes(b)) - Number(asked.includes(a)));
  const heads = names.map((name) => headOf(name, reported));
  return table({
    caption: `The numbers, with 95 % intervals; latency is of single predictions, one after another${heads.some((head, i) => head !== names[i]) ? "; ↓: less is better" : ""}`,
    head: ["candidate", "bar", "judged, n", ...heads, "size", "p95"],
    marked: steps.indexOf(chosen),
    rows: steps.map((m) => [
      nameOf(m),
      m.held
        ? markup`<span class="held">✓ held</span>`
        : missed(m).map((metric) => markup`<span class="missed line">✗ ${metric}</span>`),
      markup`<span class="nowrap">${m.evaluation.on === "folds" ? "out of fold" : judgedOn(m.evaluation.on)}, ${count(m.evaluation.n)}</span>`,
      ...names.map((name) => figure(m.evaluation.quality[name], { n: false })),
      markup`<span class="nowrap">${printBytes(m.footprint.size_bytes)}</span>`,
      figure(m.footprint.latency_ms.p95, { unit: "ms", n: false }),
    ]),
  });
}

function missed({ verdicts }: Judged): string[] {
  return [...new Set(verdicts.filter((v) => v.verdict !== "held").map((v) => v.line.split(" ", 1)[0]))];
}
