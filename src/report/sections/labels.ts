import { count, counted, table } from "../figures.ts";
import { markup, theirs } from "../markup.ts";
import type { Reported } from "../../record/reported.ts";
import type { Section } from "./section.ts";

/** The task, and what each label means. */
export function labels({ task, dataset }: Reported): Section {
  const counts = new Map(dataset.audit.labels.map(({ label, n }) => [label, n]));
  const names = [...new Set([...Object.keys(task.labels), ...counts.keys()])].sort();
  const unwritten = names.filter((name) => (task.labels[name] ?? "") === "").length;
  const body = markup`<p>${task.about === "" ? markup`<span class="none">Nobody has written yet what is done with the answers (about: in whittle.yaml).</span>` : theirs(task.about)}</p>
${
  unwritten === 0
    ? null
    : markup`<p>${counted(unwritten, "label has", "labels have")} no written meaning yet. Writing it down finds the labels that two people understand differently.</p>`
}
${table({
  caption: "Labels, their meaning as written in whittle.yaml, and the rows that carry them",
  head: ["label", "meaning", "rows"],
  rows: names.map((name) => [
    theirs(name),
    (task.labels[name] ?? "") === "" ? markup`<span class="none">not written</span>` : theirs(task.labels[name]),
    count(counts.get(name) ?? 0),
  ]),
})}`;
  return { id: "labels", stage: "task", title: "What the labels mean", body };
}
