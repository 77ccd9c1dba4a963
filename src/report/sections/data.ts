import { count, counted, facts, folded, table } from "../figures.ts";
import { markup, theirs, type Markup } from "../markup.ts";
import type { Reported } from "../../record/reported.ts";
import { placeOf } from "../words.ts";
import type { Section } from "./section.ts";

const SHOWN = 20;

/** The audit of the examples, and how they were divided. */
export function data({ dataset, split }: Reported): Section {
  const { audit, refused } = dataset;
  const { lengths, exactDuplicates, nearDuplicates, conflicts, agreement } = audit;
  const given = (part: string): string => (split.report.given.includes(part) ? ", as given" : "");
  const body = markup`${facts([
    ["Rows", count(audit.rows)],
    ["Labels", count(audit.labels.length)],
    ["Refused", count(audit.refused)],
    ["Without a label", count(audit.unlabelled)],
    [
      "Characters of a text",
      `middle ${count(lengths.p50)}; 5 % to 95 %: ${count(lengths.p5)} to ${count(lengths.p95)}; longest ${count(lengths.max)}`,
    ],
    ["Exact repeats", count(exactDuplicates)],
    ["Nearly alike", counted(nearDuplicates.rows, "row")],
    ["Equal texts under different labels", counted(conflicts.texts, "text")],
    [
      "Agreement between labels of one text",
      agreement === null
        ? "no text carries several"
        : `${agreement.share.toFixed(3)} over ${counted(agreement.texts, "text")}`,
    ],
    ["Train", `${counted(split.train.length, "row")}${given("train")}`],
    ["Dev", `${counted(split.dev.length, "row")}${given("dev")}`],
    ["Test, sealed", `${counted(split.test.length, "row")}${given("test")}`],
    ["Folds over train and dev", count(split.k)],
    ["Test rows that stand in train or dev too", count(split.report.testOverlap)],
  ])}
${[...audit.remarks, ...split.report.remarks].length === 0 ? null : markup`<h3>Remarks</h3><ul>${[...audit.remarks, ...split.report.remarks].map((remark) => markup`<li>${theirs(remark)}</li>`)}</ul>`}
${conflictTable(conflicts.examples)}
${
  refused.length === 0
    ? null
    : folded(
        `Refused rows${refused.length > SHOWN ? `, the first ${SHOWN}` : ""}`,
        table({
          caption: "Rows that could not be read, with the reason",
          head: ["where", "code", "why"],
          rows: refused
            .slice(0, SHOWN)
            .map(({ source, code, why }) => [theirs(placeOf(source)), markup`<code>${code}</code>`, theirs(why)]),
        }),
      )
}`;
  return { id: "data", stage: "data, split", title: "The data", body };
}

function conflictTable(conflicts: Reported["dataset"]["audit"]["conflicts"]["examples"]): Markup | null {
  if (conflicts.length === 0) return null;
  return table({
    caption: "Equal texts under different labels",
    head: ["text", "labels", "rows"],
    rows: conflicts
      .slice(0, SHOWN)
      .map(({ text, labels, rows }) => [
        theirs(text.length > 160 ? `${text.slice(0, 160)}…` : text),
        labels.map((label, i) => markup`${i > 0 ? ", " : ""}${theirs(label)}`),
        count(rows),
      ]),
  });
}
