import { kindOf } from "../../kinds/table.ts";
import type { Flip } from "../../record/damage.ts";
import type { Reported } from "../../record/reported.ts";
import { detail } from "../damage/detail.ts";
import type { Showing } from "../damage/flips.ts";
import { heatMap } from "../damage/heat-map.ts";
import { overview } from "../damage/overview.ts";
import { counted } from "../figures.ts";
import { markup, theirs } from "../markup.ts";
import { examplesById, mayShowText, placeOf } from "../words.ts";
import type { Section } from "./section.ts";

/** Characters of a text that are shown. */
const LONGEST = 160;

/** What every smaller form costs: each against fp32 of the same rung, row by row. */
export function quantisation(reported: Reported): Section {
  const { damages } = reported;
  const showing = showingOf(reported);
  const body =
    damages.length === 0
      ? markup`<p>Nothing on this ladder was quantised.</p>`
      : markup`<p>Every smaller form against fp32 of its rung, on the same rows that neither was trained on. Margins are those of <code>whittle.yaml</code>.</p>
${overview(damages)}
${heatMap(damages)}
<h3>Each in full</h3>
${damages.map((damage) => detail(damage, showing))}`;
  return { id: "quantisation", stage: "quantise", title: "What quantising costs", body };
}

/** Texts with their place; of redact the place alone, and of answers no more than where spans stand. */
function showingOf(reported: Reported): Showing {
  const byId = examplesById(reported.dataset);
  const { inWords } = kindOf(reported.manifest.kind);
  const shows = mayShowText(reported);
  return {
    item({ id }: Flip) {
      const example = byId.get(id);
      if (example === undefined) return id;
      const { text, source } = example;
      if (!shows) return theirs(placeOf(source));
      const cut = text.length - LONGEST;
      return markup`<span class="quoted" title="${placeOf(source)}">${theirs(text.slice(0, LONGEST))}${cut > 0 ? markup`<span class="soft"> … ${counted(cut, "character")} more</span>` : null}</span>`;
    },
    answer: (printed, { id }) => (shows ? inWords(printed, byId.get(id)?.text) : inWords(printed)),
  };
}
