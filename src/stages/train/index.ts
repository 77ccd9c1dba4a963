import type { Candidate } from "../../record/candidate.ts";
import type { Recipe } from "../../record/recipe.ts";
import type { Task } from "../../record/task.ts";
import { rungOf } from "../../rungs/table.ts";
import type { FitContext, Material, PartBytes } from "../../rungs/rung.ts";
import type { Blobs } from "../../store/port.ts";

/**
 * Train: rows and a recipe in, a candidate out, already the parts of a pack, each a blob known by its hash.
 * What fitting found (the best epoch, say) is written into the recipe, so that a refit repeats it.
 */
export async function train(
  task: Task,
  recipe: Recipe,
  material: Material,
  trainedOn: string,
  blobs: Blobs,
  context: Omit<FitContext, "seed">,
): Promise<Candidate> {
  const fitted = await rungOf(task.kind, recipe.rung).fit(material, recipe.settings, { ...context, seed: recipe.seed });
  return {
    recipe: { ...recipe, settings: { ...recipe.settings, ...fitted.found } },
    precision: "fp32",
    trainedOn,
    parts: keepParts(fitted.parts, blobs),
    curve: fitted.curve,
  };
}

function keepParts(parts: readonly PartBytes[], blobs: Blobs): Candidate["parts"] {
  return parts.map(({ name, bytes }) => ({ name, sha256: blobs.put(bytes), bytes: bytes.byteLength }));
}
