import { printBytes } from "../../base/print.ts";
import { holm } from "../../stats/multiple.ts";
import { discordance, mcnemar } from "../../stats/mcnemar.ts";
import { pairedShares } from "../../stats/paired.ts";
import { count, figure, table } from "../figures.ts";
import { markup } from "../markup.ts";
import type { Answer, Judged, Reported } from "../../record/reported.ts";
import { isRight, nameOf } from "../words.ts";
import type { Section } from "./section.ts";

/** What fp16 and int8 cost in quality: each against fp32 of the same rung, row by row. */
export function quantisation({ ladder }: Reported): Section {
  const compared = ladder.flatMap((judged) => {
    const base = ladder.find((m) => m.recipe.rung === judged.recipe.rung && m.precision === "fp32");
    return base === undefined || base === judged ? [] : [compare(base, judged)];
  });
  const ps = holm(compared.map((c) => c.p));
  const body =
    compared.length === 0
      ? markup`<p>Nothing on this ladder was quantised.</p>`
      : table({
          caption:
            "Against fp32 of the same rung on the same rows. Difference of accuracy with Tango's paired interval; p of McNemar's exact test, adjusted by Holm over the rows of this table.",
          head: ["candidate", "accuracy, minus fp32", "answers changed", "newly wrong", "newly right", "p", "size"],
          rows: compared.map(({ name, difference, changed, worse, better, saved }, i) => [
            name,
            figure(difference),
            count(changed),
            count(worse),
            count(better),
            ps[i] < 0.001 ? "< 0.001" : ps[i].toFixed(3),
            saved,
          ]),
        });
  return { id: "quantisation", stage: "quantise", title: "What quantising costs", body };
}

function compare(base: Judged, judged: Judged) {
  const byId = new Map(judged.answers.map((a) => [a.id, a]));
  const pairs = base.answers.flatMap((a): [Answer, Answer][] => {
    const other = byId.get(a.id);
    return other === undefined ? [] : [[a, other]];
  });
  const counts = discordance(
    pairs.map(([a]) => isRight(a)),
    pairs.map(([, b]) => isRight(b)),
  );
  const [from, to] = [base.footprint.size_bytes, judged.footprint.size_bytes];
  return {
    name: nameOf(judged),
    difference: pairedShares(counts),
    changed: pairs.filter(([a, b]) => a.label !== b.label).length,
    worse: counts.onlyBase,
    better: counts.onlyHead,
    p: mcnemar(counts),
    saved: `${printBytes(to)}, ${((100 * to) / from).toFixed(0)} % of ${printBytes(from)}`,
  };
}
