import type { CheckLine, CheckReport } from "../../../record/check.ts";
import { counted, interval } from "../figures.ts";
import { change, headline, reason, slicesWorthTelling } from "./words.ts";

/** The report as Markdown for a pull request: the verdict, a table of lines, the broken slices, what was left out. */
export function markdown(report: CheckReport): string {
  const { base, head, rows, lines, slices } = report;
  const { broken, held, small } = slicesWorthTelling(slices);
  const figures = Object.keys(head.quality).map(
    (name) => `| ${name} | ${interval(base.quality[name])} | ${interval(head.quality[name])} |`,
  );
  return [
    `### whittle check: ${text(headline(report))}`,
    "",
    "| | verdict | change | why |",
    "| --- | --- | --- | --- |",
    ...lines.map(row),
    ...broken.map(row),
    "",
    ...(slices.length === 0 ? [] : [`Slices: ${held} held, ${broken.length} broken, ${small} too small to tell.`, ""]),
    ...(figures.length === 0
      ? []
      : [
          `| on ${counted(rows.compared, "row")} | accepted (${base.rung} ${base.precision}) | head (${head.rung} ${head.precision}) |`,
          "| --- | --- | --- |",
          ...figures,
          "",
        ]),
    ...(rows.refused === 0
      ? []
      : [`${counted(rows.refused, "row")} refused, the first because ${text(rows.refusals[0].why)}.`, ""]),
    `Accepted \`${base.pack.slice(0, 16)}\`, head \`${head.pack.slice(0, 16)}\`.`,
    "",
  ].join("\n");
}

const marks = {
  held: "✅ held",
  broken: "❌ broken",
  "too small to tell": "⚠️ too small to tell",
  "not compared": "– not compared",
};

function row(line: CheckLine): string {
  return `| ${text(line.name)} | ${marks[line.verdict]} | ${change(line)} | ${text(reason(line))} |`;
}

/** Labels and texts are the user's: nothing of them may become markup, a mention or a new cell. */
function text(words: string): string {
  return words
    .replace(/[\r\n]+/g, " ")
    .replace(/[\\`*_{}[\]<>|~#]/g, (mark) => `&#${mark.charCodeAt(0)};`)
    .replaceAll("@", "&#64;");
}
