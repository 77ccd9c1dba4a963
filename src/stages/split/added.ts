import type { Dataset, Part } from "../../record/dataset.ts";
import { type Component, components } from "./components.ts";

/** The dataset without the rows that were added; those stand last, so indices mean the same. */
export function ownOf(dataset: Dataset): Dataset {
  const first = dataset.examples.findIndex((example) => example.added === true);
  if (first === -1) return dataset;
  return { ...dataset, examples: dataset.examples.slice(0, first), clusters: dataset.clusters.slice(0, first) };
}

/**
 * Puts rows that were added into their parts. Laws: no own row changes its part, so a test that was made stays the test that
 * it was; an added row goes where it was put, or to the part of the own rows that it stands close to or shares a group with;
 * close to a test row it is in no part at all.
 *
 * @param own components of the own rows, every row of which `part` holds
 * @returns the components of all rows that are in a part, and how many added rows were left out
 */
export function placeAdded(
  dataset: Dataset,
  own: readonly Component[],
  part: Map<number, Part>,
): { readonly whole: readonly Component[]; readonly apart: number } {
  if (dataset.examples.at(-1)?.added !== true) return { whole: own, apart: 0 };
  let apart = 0;
  const whole: Component[] = [];
  for (const rows of components(dataset)) {
    const settled = rows.filter((row) => part.has(row));
    const near = new Set(settled.map((row) => part.get(row) as Part));
    const fresh = rows.filter((row) => !part.has(row));
    if (near.has("test")) apart += fresh.length;
    else {
      const of: Part | undefined = near.has("train") ? "train" : near.has("dev") ? "dev" : undefined;
      const asked: Part = fresh.some((row) => dataset.examples[row].given === "dev") ? "dev" : "train";
      for (const row of fresh) part.set(row, of ?? asked);
    }
    const placed = rows.filter((row) => part.has(row));
    if (placed.length > 0) whole.push(placed);
  }
  return { whole, apart };
}
