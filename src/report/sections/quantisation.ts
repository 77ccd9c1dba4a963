import { printBytes } from "../../base/print.ts";
import { kindOf } from "../../kinds/table.ts";
import { f1Difference } from "../../stages/compare/spans.ts";
import type { Item } from "../../stages/compare/item.ts";
import { holm } from "../../stats/multiple.ts";
import { discordance, mcnemar } from "../../stats/mcnemar.ts";
import { pairedShares } from "../../stats/paired.ts";
import { count, figure, table } from "../figures.ts";
import { markup, type Content } from "../markup.ts";
import type { Answer, Judged, Reported } from "../../record/reported.ts";
import { examplesById, hasSpans, headOf, isRight, nameOf } from "../words.ts";
import type { Section } from "./section.ts";

/** What fp16 and int8 cost in quality: each against fp32 of the same rung, row by row. */
export function quantisation(reported: Reported): Section {
  const { ladder } = reported;
  const compared = ladder.flatMap((judged) => {
    const base = ladder.find((m) => m.recipe.rung === judged.recipe.rung && m.precision === "fp32");
    return base === undefined || base === judged ? [] : [compare(reported, base, judged)];
  });
  const ps = holm(compared.map((c) => c.p));
  const spans = hasSpans(reported);
  const isRedacting = reported.manifest.kind === "redact";
  const heads: string[] = [
    ...(spans ? ["span_f1"] : []),
    ...(isRedacting ? ["leak_documents"] : []),
    spans ? "record_exact" : "accuracy",
  ];
  const right = spans ? "Wholly right" : "Accuracy";
  const others = spans ? ` The difference of F1 by the paired jackknife over texts.` : "";
  const body =
    compared.length === 0
      ? markup`<p>Nothing on this ladder was quantised.</p>`
      : table({
          caption: `Against fp32 of the same rung on the same rows; figures are differences, minus fp32. ${right}: the difference with Tango's paired interval; p of McNemar's exact test, adjusted by Holm over the rows of this table.${others}${isRedacting ? " ↓: less is better." : ""}`,
          head: [
            "candidate",
            ...heads.map((name) => headOf(name, reported)),
            "answers changed",
            "newly wrong",
            "newly right",
            "p",
            "size",
          ],
          rows: compared.map(({ name, differences, changed, worse, better, saved }, i) => [
            name,
            ...differences,
            count(changed),
            count(worse),
            count(better),
            ps[i] < 0.001 ? "< 0.001" : ps[i].toFixed(3),
            markup`<span class="nowrap">${saved}</span>`,
          ]),
        });
  return { id: "quantisation", stage: "quantise", title: "What quantising costs", body };
}

function compare(reported: Reported, base: Judged, judged: Judged) {
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
    differences: [...spanDifferences(reported, pairs), figure(pairedShares(counts))],
    changed: pairs.filter(([a, b]) => a.label !== b.label).length,
    worse: counts.onlyBase,
    better: counts.onlyHead,
    p: mcnemar(counts),
    saved: `${printBytes(to)}, ${((100 * to) / from).toFixed(0)} % of ${printBytes(from)}`,
  };
}

/** What kinds with spans are held to beside answers that are wholly right. */
function spanDifferences({ dataset, manifest }: Reported, pairs: readonly (readonly [Answer, Answer])[]): Content[] {
  const { kind, spans = null } = manifest;
  const { scoreOf } = kindOf(kind);
  if (scoreOf === null) return [];
  const byId = examplesById(dataset);
  const items = pairs.flatMap(([base, head]): Item[] => {
    const example = byId.get(base.id);
    if (example === undefined || example.target === null) return [];
    const { text, target, columns } = example;
    return [{ text, target, columns, base, head }];
  });
  const f1 = figure(f1Difference(items, { kind, spans }), { n: false });
  if (kind !== "redact") return [f1];
  const leaks = (side: "base" | "head"): boolean[] =>
    items.map(({ text, target, [side]: answer }) => scoreOf({ text, target, answer }, spans).characters.leaked > 0);
  return [f1, figure(pairedShares(discordance(leaks("base"), leaks("head"))), { n: false })];
}
