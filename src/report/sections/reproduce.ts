import { version } from "../../base/version.ts";
import { hashOf } from "../../base/hash.ts";
import { printRecipe } from "../../record/recipe.ts";
import { facts } from "../figures.ts";
import { markup } from "../markup.ts";
import type { Reported } from "../../record/reported.ts";
import type { Section } from "./section.ts";

/** What it takes to make the same bytes again. */
export function reproduce({ made, at, task, split }: Reported): Section {
  const { recipe, precision } = made.decision.chosen;
  const body = markup`<p>The same rows, seed and versions give the same bytes of pack. In the folder of the task:</p>
<pre>whittle make${task.rungs.length === 0 ? "" : ` --rungs ${task.rungs.join(",")}`} --seed ${split.seed}
whittle show ${task.name}.whittle
whittle report</pre>
<p>Recipe: <code>${printRecipe(recipe)}</code>, at ${precision}.</p>
${facts([
  ["Seed of the split", String(split.seed)],
  ["whittle", version],
  ["Engine", made.engine],
  ["Machine that measured", made.machine],
  ["Made", at.replace("T", " ").replace(/\..*$/, " UTC")],
  ["Rows, SHA-256", markup`<code>${made.dataset.slice(0, 16)}</code>`],
  ["Split, SHA-256", markup`<code>${made.split.slice(0, 16)}</code>`],
  ["Parts, SHA-256", markup`<code>${hashOf(made.parts).slice(0, 16)}</code>`],
])}`;
  return { id: "reproduce", stage: "serve", title: "How to make it again", body };
}
