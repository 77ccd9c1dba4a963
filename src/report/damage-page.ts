import { type Damage, printVerdict } from "../record/damage.ts";
import { detail } from "./damage/detail.ts";
import type { Showing } from "./damage/flips.ts";
import { heatMap } from "./damage/heat-map.ts";
import { overview } from "./damage/overview.ts";
import { counted } from "./figures.ts";
import { markup, theirs } from "./markup.ts";
import type { Section } from "./sections/section.ts";
import { shell } from "./shell.ts";

/** What smaller forms of one model cost, as one page; the model need not be one that was trained here. */
export function damagePage(damages: readonly Damage[], title: string): string {
  const showing: Showing = { item: ({ id }) => theirs(id), answer: (printed) => printed };
  const parents = [...new Set(damages.map(({ parent }) => parent.name))];
  const sections: Section[] = [
    {
      id: "damage",
      stage: "quantise",
      title: "What quantising costs",
      body: markup`<p class="sentence">${damages.map(
        (damage) => markup`<span class="line">${damage.child.name}: ${printVerdict(damage)}</span>`,
      )}</p>
${overview(damages)}`,
    },
    { id: "slices", stage: "evaluate", title: "Slices against precisions", body: heatMap(damages) },
    {
      id: "details",
      stage: "evaluate",
      title: "Each in full",
      body: markup`${damages.map((damage) => detail(damage, showing))}`,
    },
  ];
  return shell({
    title: `${title}: what quantising costs`,
    stage: `against ${parents.join(", ")}, on ${counted(Math.max(0, ...damages.map(({ n }) => n)), "item")}`,
    heading: title,
    sections,
    footer: "Made by whittle. It loads nothing and sends nothing.",
  });
}
