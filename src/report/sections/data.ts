import { count, counted, facts, folded, table } from "../figures.ts";
import { markup, theirs, type Content, type Markup } from "../markup.ts";
import { parseSpans } from "../../spans/span.ts";
import type { Reported } from "../../record/reported.ts";
import { hasSpans, mayShowText, nounOf, placeOf, withoutFolders } from "../words.ts";
import type { Section } from "./section.ts";

const SHOWN = 20;

/** The audit of the examples, and how they were divided. */
export function data(reported: Reported): Section {
  const { dataset, split } = reported;
  const [, many] = nounOf(reported);
  const spans = hasSpans(reported);
  const { audit, refused } = dataset;
  const { lengths, exactDuplicates, nearDuplicates, conflicts, agreement } = audit;
  const given = (part: string): string => (split.report.given.includes(part) ? ", as given" : "");
  const body = markup`${facts([
    ["Rows", count(audit.rows)],
    [`${many[0].toUpperCase()}${many.slice(1)}`, count(audit.labels.length)],
    ["Refused", count(audit.refused)],
    [spans ? "Not annotated" : "Without a label", count(audit.unlabelled)],
    ...(spans ? spanFacts(dataset) : []),
    [
      "Characters of a text",
      `middle ${count(lengths.p50)}; 5 % to 95 %: ${count(lengths.p5)} to ${count(lengths.p95)}; longest ${count(lengths.max)}`,
    ],
    ["Exact repeats", count(exactDuplicates)],
    ["Nearly alike", counted(nearDuplicates.rows, "row")],
    [spans ? "Equal texts marked differently" : "Equal texts under different labels", counted(conflicts.texts, "text")],
    [
      spans ? "Agreement between annotations of one text" : "Agreement between labels of one text",
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
${[...audit.remarks, ...split.report.remarks].length === 0 ? null : markup`<h3>Remarks</h3><ul>${[...audit.remarks, ...split.report.remarks].map((remark) => markup`<li>${theirs(withoutFolders(remark, dataset))}</li>`)}</ul>`}
${spans ? markedDifferently(reported) : conflictTable(conflicts.examples)}
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

/** What the annotations hold: spans, texts without one, values without a place. */
function spanFacts({ examples }: Reported["dataset"]): [Content, Content][] {
  const targets = examples.flatMap(({ target }) => (target === null ? [] : [parseSpans(target)]));
  const placed = targets.map(({ spans }) => spans.length);
  const total = placed.reduce((sum, n) => sum + n, 0);
  const unplaced = targets.flatMap((target) => target.unplaced).length;
  const empty = targets.filter(({ spans, unplaced }) => spans.length + unplaced.length === 0).length;
  const most = placed.reduce((a, b) => Math.max(a, b), 0);
  return [
    [
      "Spans",
      `${count(total)}; a text holds ${(total / Math.max(1, targets.length)).toFixed(1)} on average, ${count(most)} at most`,
    ],
    ["Texts without a span", count(empty)],
    ["Values that stand nowhere in their text", count(unplaced)],
  ];
}

function markedDifferently(reported: Reported): Markup | null {
  const { examples } = reported.dataset.audit.conflicts;
  if (examples.length === 0 || !mayShowText(reported)) return null;
  return table({
    caption: "Equal texts marked differently",
    head: ["text", "ways", "rows"],
    rows: examples
      .slice(0, SHOWN)
      .map(({ text, labels, rows }) => [theirs(short(text)), count(labels.length), count(rows)]),
  });
}

function short(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

function conflictTable(conflicts: Reported["dataset"]["audit"]["conflicts"]["examples"]): Markup | null {
  if (conflicts.length === 0) return null;
  return table({
    caption: "Equal texts under different labels",
    head: ["text", "labels", "rows"],
    rows: conflicts
      .slice(0, SHOWN)
      .map(({ text, labels, rows }) => [
        theirs(short(text)),
        labels.map((label, i) => markup`${i > 0 ? ", " : ""}${theirs(label)}`),
        count(rows),
      ]),
  });
}
