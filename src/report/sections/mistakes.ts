import { counted } from "../figures.ts";
import { markup, theirs, type Markup } from "../markup.ts";
import type { Reported } from "../../record/reported.ts";
import { examplesById, hasSpans, placeOf, isRight, judgedOn, nameOf } from "../words.ts";
import type { Section } from "./section.ts";
import { spanMistakes } from "./span-mistakes.ts";

const SHOWN = 24;
/** Characters of a text that are shown. */
const LONGEST = 600;

/** The worst of the wrong answers: errors of the model, or of the labels. */
export function mistakes(reported: Reported): Section {
  const body = hasSpans(reported) ? spanMistakes(reported) : labelMistakes(reported);
  return { id: "mistakes", stage: "evaluate", title: "The worst mistakes", body };
}

/** Confident and wrong, with their texts. */
function labelMistakes({ chosen, dataset }: Reported): Markup {
  const wrong = chosen.answers
    .filter((a) => !isRight(a))
    .sort((a, b) => b.confidence - a.confidence || (a.id < b.id ? -1 : 1));
  const byId = examplesById(dataset);
  const cards = wrong.slice(0, SHOWN).map(({ id, target, label, confidence }) => {
    const example = byId.get(id);
    const text = example?.text ?? "";
    const cut = text.length > LONGEST;
    return markup`<li class="card"><blockquote>${theirs(cut ? text.slice(0, LONGEST) : text)}${cut ? markup`<span class="soft"> … ${counted(text.length - LONGEST, "character")} more</span>` : null}</blockquote>
<p>taken for <b class="missed">${theirs(label)}</b> with confidence ${confidence.toFixed(3)}</p><p>labelled <b>${theirs(target)}</b></p>${
      example === undefined ? null : markup`<p class="soft">${theirs(placeOf(example.source))}</p>`
    }</li>`;
  });
  if (wrong.length === 0) return markup`<p>No row was answered wrongly.</p>`;
  return markup`<p>Confident and wrong: the first ${Math.min(SHOWN, wrong.length)} of ${counted(wrong.length, "mistake")} of ${nameOf(chosen)}, judged ${judgedOn(chosen.evaluation.on)}. Some of these may be mistakes of the labels; they are worth a second look. No row of the sealed test is shown.</p>
<ol class="cards">${cards}</ol>`;
}
