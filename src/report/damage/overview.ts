import { printBytes } from "../../base/print.ts";
import type { CheckLine } from "../../record/check.ts";
import type { Damage } from "../../record/damage.ts";
import { holm } from "../../stats/multiple.ts";
import { count, figure, table } from "../figures.ts";
import { markup, type Content, type Markup } from "../markup.ts";
import { printP, verdictMark } from "./verdict.ts";

/** The figures that a kind is looked at by, first first; of spans Tango's interval is of texts that are wholly right. */
const headlines = ["span_f1", "leak_documents", "record_exact", "accuracy"] as const;

/** A row a child: what it changes and saves. */
export function overview(damages: readonly Damage[]): Markup {
  const ps = holm(damages.map(({ p }) => p));
  const names = headlines.filter((name) => damages.some(({ lines }) => lineOf(lines, name) !== undefined));
  const tests = new Set(damages.map(({ test }) => test));
  const how = [
    tests.has("mcnemar-exact") ? "McNemar's exact test" : "",
    tests.has("paired-permutation")
      ? `the paired permutation test of ${names.includes("span_f1") ? "F1" : "groups"}`
      : "",
  ];
  return table({
    caption: `Each against its parent on the same items; figures are differences, child less parent, with 95 % intervals. p of no difference by ${how.filter((word) => word !== "").join(" or ")}, adjusted by Holm over the rows of this table.${names.includes("leak_documents") ? " ↓: less is better." : ""}`,
    head: [
      "candidate",
      ...names.map((name) => (name === "leak_documents" ? `${name} ↓` : name)),
      "verdict",
      "answers changed",
      "newly wrong",
      "newly right",
      "p",
      "size",
    ],
    rows: damages.map((damage, i): Content[] => {
      const { parent, child, n, verdict, more, lines, flips } = damage;
      return [
        child.name,
        ...names.map((name) => figure(lineOf(lines, name)?.change ?? undefined, { signed: true, n: false })),
        verdictMark({ verdict, enough: more === null ? null : n + more }),
        count(flips.changed),
        count(flips.worse),
        count(flips.better),
        printP(ps[i]),
        markup`<span class="nowrap">${printBytes(child.bytes)}, ${((100 * child.bytes) / parent.bytes).toFixed(0)} %</span>`,
      ];
    }),
  });
}

function lineOf(lines: readonly CheckLine[], name: string): CheckLine | undefined {
  return lines.find((line) => line.name === name);
}
