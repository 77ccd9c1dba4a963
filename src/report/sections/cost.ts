import {
  blendedPerMillion,
  breakEven,
  costPerMillion,
  generalistPerMillion,
  hoursPerMillion,
  shareEscalated,
  tokensOf,
} from "../../stages/decide/cost.ts";
import { type Estimate, isKnown } from "../../stats/estimate.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import { count, facts, figure, folded, table } from "../figures.ts";
import { markup, theirs, type Markup } from "../markup.ts";
import type { Reported } from "../../record/reported.ts";
import { isRight, rightOf } from "../words.ts";
import type { Section } from "./section.ts";

const example = `prices:
  - {name: some-large-model, input: 2.00, output: 8.00, dated: 2026-11-01}`;

/** What a million predictions cost here, against generalists that the user gave prices of. */
export function cost(reported: Reported): Section {
  const { task, made, chosen, dataset } = reported;
  const spec = task.cost;
  const word = rightOf(reported);
  const { p50 } = made.footprint.latency_ms;
  const here = costPerMillion(p50, spec);
  const escalated = shareEscalated(
    chosen.answers.map((a) => a.confidence),
    spec,
  );
  const kept = chosen.answers.filter((a) => a.confidence >= spec.escalateBelow);
  const characters =
    dataset.examples.reduce((sum, { text }) => sum + text.length, 0) / Math.max(1, dataset.examples.length);
  const tokens = tokensOf(characters);
  const body = markup`<p>Measured: the latency and the share escalated, with their intervals. Assumed, and yours to edit under <code>cost:</code> in whittle.yaml: everything else. Predictions are counted one after another; in batches a million takes less time.${reported.manifest.kind === "redact" ? " A text that is escalated leaves this machine with everything in it." : null}</p>
${facts([
  ["A million predictions here", money(here, spec.currency)],
  ["take, one after another", hours(hoursPerMillion(p50))],
  [`Share below confidence ${spec.escalateBelow}, to be escalated`, figure(escalated)],
  [
    `${word[0].toUpperCase()}${word.slice(1)} among those kept`,
    figure(wilson(kept.filter(isRight).length, kept.length)),
  ],
])}
${spec.prices.length === 0 ? none() : against(reported, here, escalated, tokens)}
${folded(
  `What is assumed, as of ${spec.dated}`,
  facts([
    ["Price of the device", `${count(spec.devicePrice)} ${spec.currency}`],
    ["Written off in", `${spec.lifeYears} years`],
    ["Answering, of its life", `${(100 * spec.busy).toFixed(0)} %`],
    ["Power while it answers", `${spec.watts} W`],
    ["Electricity, a kWh", `${spec.electricityPerKwh} ${spec.currency}`],
    ["Sent to a generalist with each text", `${spec.promptTokens} tokens of instructions`],
    [
      "A text",
      `${tokens.toFixed(0)} tokens, at four characters a token (mean of ${count(Math.round(characters))} characters)`,
    ],
    ["Its answer", `${spec.answerTokens} tokens`],
    ["Measured on", made.machine],
  ]),
)}`;
  return { id: "cost", stage: "serve", title: "What it costs", body };
}

function none(): Markup {
  return markup`<p>No price table was given, so nothing is compared. Prices change; whittle knows none by itself. Write those that you are offered into whittle.yaml, in ${"the currency of cost:"}, for a million tokens:</p><pre>${example}</pre>`;
}

function against({ task, made }: Reported, here: Estimate, escalated: Estimate, tokens: number): Markup {
  const { currency, prices } = task.cost;
  return table({
    caption: `A million texts by a generalist, here with the unsure ones escalated to it, and the number of texts after which the device has paid for itself; ${currency}`,
    head: ["generalist", "dated", "all by it", "here and escalated", "breaks even after"],
    rows: prices.map((price) => {
      const all = generalistPerMillion(price, tokens, task.cost);
      const even = breakEven(made.footprint.latency_ms.p50, escalated, all, task.cost);
      return [
        theirs(price.name),
        price.dated,
        markup`<span class="nowrap"><b>${amount(all)}</b> ${currency}</span>`,
        money(blendedPerMillion(here, escalated, all), currency),
        isKnown(even)
          ? markup`<span class="figure"><b>${texts(even.value)}</b> texts <span class="interval">[${texts(even.low)}, ${texts(even.high)}]</span></span>`
          : figure(even),
      ];
    }),
  });
}

function money(estimate: Estimate, currency: string): Markup {
  if (!isKnown(estimate)) return figure(estimate);
  const { value, low, high, n } = estimate;
  return markup`<span class="figure"><b>${amount(value)} ${currency}</b> <span class="interval">[${amount(low)}, ${amount(high)}]</span> <span class="n">n = ${count(n)}</span></span>`;
}

function hours(estimate: Estimate): Markup {
  if (!isKnown(estimate)) return figure(estimate);
  const { value, low, high, n } = estimate;
  const f = (x: number): string => x.toPrecision(3);
  return markup`<span class="figure"><b>${f(value)} h</b> <span class="interval">[${f(low)}, ${f(high)}]</span> <span class="n">n = ${count(n)}</span></span>`;
}

function amount(x: number): string {
  return x >= 100 ? count(Math.round(x)) : x.toPrecision(3);
}

function texts(x: number): string {
  return x >= 1e4 ? count(Number(x.toPrecision(3))) : count(Math.round(x));
}
