import { Fault } from "../base/fault.ts";
import type { RungName } from "../record/recipe.ts";
import type { KindName } from "../record/task.ts";
import { bag } from "./classify/bag.ts";
import { baseline } from "./classify/baseline.ts";
import { encoder } from "./classify/encoder.ts";
import { linear } from "./classify/linear.ts";
import type { Refused, Rung } from "./rung.ts";
import { baseline as phrases } from "./spans/baseline.ts";
import { encoder as tagger } from "./spans/encoder.ts";
import { linear as crf } from "./spans/linear.ts";

/** Rung × kind, total: a rung, or a refusal with its reason. In order of what training costs. */
const noBag = { refused: "a bag of n-grams knows what stands in a text and not where" };

const rungs = {
  classify: { baseline, linear, bag, encoder },
  extract: { baseline: phrases, linear: crf, bag: noBag, encoder: tagger },
  redact: { baseline: phrases, linear: crf, bag: noBag, encoder: tagger },
} as const satisfies Record<KindName, Record<RungName, Rung | Refused>>;

export function rungOf(kind: KindName, name: RungName): Rung {
  const row: Rung | Refused = rungs[kind][name];
  if (isRefused(row)) throw new Fault("rung/refused", { what: `${kind} has no rung "${name}"`, why: row.refused });
  return row;
}

/** The rungs of a kind, cheapest first. */
export function ladderOf(kind: KindName): readonly RungName[] {
  return (Object.entries(rungs[kind]) as [RungName, Rung | Refused][]).flatMap(([name, rung]) =>
    isRefused(rung) ? [] : [name],
  );
}

function isRefused(row: Rung | Refused): row is Refused {
  return "refused" in row;
}
