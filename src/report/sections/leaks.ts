import { otherCharacters } from "../../kinds/redact/leaks.ts";
import type { Reported } from "../../record/reported.ts";
import { scoreSpans } from "../../spans/score.ts";
import { isKnown, type Estimate } from "../../stats/estimate.ts";
import { sharesOfGroups } from "../../stats/interval/share.ts";
import { count, counted, facts, figure, folded, printed, table } from "../figures.ts";
import { markup, theirs, type Content, type Markup } from "../markup.ts";
import { type SpanRow, spanRows } from "../span-rows.ts";
import { judgedOn, nameOf } from "../words.ts";
import { leakCurve } from "./leak-curve.ts";
import type { Section } from "./section.ts";

/** What a redaction leaves to read, what it takes without need, and the operating point that weighs one against the other. */
export function leaks(reported: Reported): Section | null {
  const { chosen, manifest } = reported;
  if (manifest.kind !== "redact") return null;
  const { leak_documents, leak_characters, over_redaction } = chosen.evaluation.quality;
  const { leakRate, outsideBias, patterns } = manifest.spans ?? { leakRate: 1, outsideBias: 0, patterns: [] };
  const body = markup`<p class="sentence">${sentence(leak_documents)}</p>
${facts([
  ["Texts that keep a leak", figure(leak_documents)],
  ["Characters left to read, of those to go", figure(leak_characters)],
  ["Other characters taken with them", figure(over_redaction)],
  ["Leaking texts that the task allows", percent(leakRate)],
  ["Reached?", reached(leak_documents, leakRate)],
  ["Operating point: taken from the score of “no span”", outsideBias.toFixed(2)],
])}
<p>A text leaks where one character of one span is left, whatever the category: a name masked as an address has not leaked. The point is the least at which no more texts leak than the task allows (<code>leak_rate</code> in whittle.yaml), or where none is, the one that leaks least without taking a tenth of the rest; each row here was judged at a point that was chosen on other rows, by ${nameOf(chosen)}, ${judgedOn(chosen.evaluation.on)}.${patterns.length === 0 ? null : markup` What the patterns find (${named(patterns)}) is taken beside what the model finds.`}</p>
${leakCurve(reported)}
${byCategory(spanRows(reported, chosen))}`;
  return { id: "leaks", stage: "evaluate", title: "What is left to read", body };
}

function sentence(leaking: Estimate | undefined): string {
  if (leaking === undefined || !isKnown(leaking)) return `Texts that keep a leak: ${printed(leaking)}.`;
  const { value, high, n } = leaking;
  return `In ${percent(value)} of ${counted(n, "text")} something was left to read; its 95 % interval reaches up to ${percent(high)}.`;
}

function reached(leaking: Estimate | undefined, rate: number): Content {
  if (leaking === undefined || !isKnown(leaking)) return markup`<span class="missed">? undetermined</span>`;
  if (leaking.high <= rate) return markup`<span class="held">✓ yes, by the whole interval</span>`;
  if (leaking.value <= rate) return markup`<span class="missed">? by the estimate, not by the whole interval</span>`;
  return markup`<span class="missed">✗ no</span>`;
}

function named(patterns: readonly { readonly pattern: string }[]): string {
  return [...new Set(patterns.map(({ pattern }) => pattern))].join(", ");
}

/** By category: spans of which anything was left, and how much of their characters. */
function byCategory(rows: readonly SpanRow[]): Markup {
  const labels = [...new Set(rows.flatMap(({ wanted }) => wanted.spans.map(({ label }) => label)))].sort();
  const of = labels.map((label) => {
    const texts = rows.map(({ example: { text }, wanted, found }) => {
      const own = wanted.spans.filter((span) => span.label === label);
      const left = own.map((span) => scoreSpans(text, { spans: [span], unplaced: [] }, found, []).characters);
      return {
        spans: own.length,
        leaking: left.filter(({ leaked }) => leaked > 0).length,
        whole: left.filter(({ leaked, right }) => leaked === right).length,
        right: left.reduce((sum, { right }) => sum + right, 0),
        leaked: left.reduce((sum, { leaked }) => sum + leaked, 0),
      };
    });
    const sum = (key: keyof (typeof texts)[number]): number => texts.reduce((total, text) => total + text[key], 0);
    const share = (part: keyof (typeof texts)[number], whole: keyof (typeof texts)[number]): Estimate =>
      sharesOfGroups(
        texts.map((text) => text[part]),
        texts.map((text) => text[whole]),
      );
    return { label, sum, share };
  });
  const others = rows.reduce((sum, { example, score }) => sum + otherCharacters(example.text, score.characters), 0);
  const over = rows.reduce((sum, { score }) => sum + score.characters.over, 0);
  return markup`${table({
    caption:
      "By category, whatever it was taken for: spans of which anything was left, and their characters; n counts texts",
    head: ["category", "spans", "left whole", "left in part", "spans that leak", "characters left"],
    rows: of.map(({ label, sum, share }) => [
      theirs(label),
      count(sum("spans")),
      count(sum("whole")),
      count(sum("leaking") - sum("whole")),
      figure(share("leaking", "spans")),
      figure(share("leaked", "right"), { n: false }),
    ]),
  })}${folded("What characters are counted", markup`<p>Letters and digits are counted, not the space and the signs between them. Of ${counted(others, "character")} that were not to go, ${count(over)} were taken.</p>`)}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0).replace(/\.0$/, "")} %`;
}
