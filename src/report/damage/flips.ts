import type { Answer } from "../../record/answer.ts";
import type { Flip, Flips } from "../../record/damage.ts";
import { count, counted, table } from "../figures.ts";
import { markup, theirs, type Content, type Markup } from "../markup.ts";

/** Flips told of each child; the count is whole. */
const SHOWN = 12;

/** How items and answers are shown: a text, an id, or neither where they must not travel. */
export interface Showing {
  readonly item: (flip: Flip) => Content;
  readonly answer: (printed: string, flip: Flip) => string;
}

const words: Readonly<Record<Flip["what"], string>> = {
  worse: "newly wrong",
  otherwise: "wrong, otherwise",
  better: "newly right",
};

export function flipsTable({ changed, worse, better, listed }: Flips, { item, answer }: Showing): Markup {
  if (changed === 0) return markup`<p>No answer changed.</p>`;
  const given = ({ label, confidence }: Answer, flip: Flip): Markup =>
    markup`${theirs(answer(label, flip))} <span class="n">${confidence.toFixed(2)}</span>`;
  const shown = listed.slice(0, SHOWN);
  const rest = changed > shown.length ? `; the first ${count(shown.length)} of them` : "";
  return table({
    caption: `${counted(changed, "answer")} changed: ${count(worse)} newly wrong, ${count(better)} newly right, ${count(changed - worse - better)} wrong in another way${rest}, the surest that are newly wrong first`,
    head: ["item", "what", "right is", "parent", "child"],
    rows: shown.map((flip): Content[] => [
      item(flip),
      words[flip.what],
      theirs(answer(flip.target, flip)),
      given(flip.parent, flip),
      given(flip.child, flip),
    ]),
  });
}
