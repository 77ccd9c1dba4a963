import type { CategorySpec, FieldSpec } from "../../record/spans.ts";
import { count, counted, table } from "../figures.ts";
import { markup, theirs, type Content } from "../markup.ts";
import type { Reported } from "../../record/reported.ts";
import { hasSpans, nounOf } from "../words.ts";
import type { Section } from "./section.ts";

/** The task, and what each label means; of a field its type, of a category what becomes of it. */
export function labels(reported: Reported): Section {
  const { task, dataset } = reported;
  const [one, many] = nounOf(reported);
  const counts = new Map(dataset.audit.labels.map(({ label, n }) => [label, n]));
  const names = [...new Set([...Object.keys(task.labels), ...counts.keys()])].sort();
  const unwritten = names.filter((name) => (task.labels[name] ?? "") === "").length;
  const further = furtherOf(reported);
  const counting = hasSpans(reported) ? "spans" : "rows";
  const body = markup`<p>${task.about === "" ? markup`<span class="none">Nobody has written yet what is done with the answers (about: in whittle.yaml).</span>` : theirs(task.about)}</p>
${
  unwritten === 0
    ? null
    : markup`<p>${counted(unwritten, `${one} has`, `${many} have`)} no written meaning yet. Writing it down finds the ${many} that two people understand differently.</p>`
}
${table({
  caption: `${many[0].toUpperCase()}${many.slice(1)}, their meaning as written in whittle.yaml, and the ${counting} that carry them`,
  head: [one, ...further.head, "meaning", counting],
  rows: names.map((name) => [
    theirs(name),
    ...further.cells(name),
    (task.labels[name] ?? "") === "" ? markup`<span class="none">not written</span>` : theirs(task.labels[name]),
    count(counts.get(name) ?? 0),
  ]),
})}`;
  return { id: "labels", stage: "task", title: `What the ${many} mean`, body };
}

interface Further {
  readonly head: readonly string[];
  readonly cells: (name: string) => readonly Content[];
}

function furtherOf({ manifest }: Reported): Further {
  const { kind, spans } = manifest;
  const none = markup`<span class="none">not declared</span>`;
  if (kind === "classify" || spans === undefined) return { head: [], cells: () => [] };
  if (kind === "extract") {
    return {
      head: ["type", "how often"],
      cells: (name) => (Object.hasOwn(spans.fields, name) ? fieldCells(spans.fields[name]) : [none, null]),
    };
  }
  return {
    head: ["what becomes of it", "patterns beside the model"],
    cells: (name) => [
      Object.hasOwn(spans.categories, name) ? policyOf(name, spans.categories[name]) : none,
      spans.patterns.flatMap(({ pattern, label }) => (label === name ? [pattern] : [])).join(", ") || "–",
    ],
  };
}

function fieldCells({ type, many, required, format }: FieldSpec): Content[] {
  const order = type === "date" ? `, ${format ?? "day-first"}` : "";
  return [`${type}${order}`, `${many ? "several" : "one"}${required ? ", required" : ""}`];
}

function policyOf(name: string, { policy, scope, keep }: CategorySpec): Content {
  if (policy === "mask") return "mask: every letter and digit becomes █";
  if (policy === "placeholder") return markup`placeholder: [${theirs(name)}]`;
  if (policy === "keep_first")
    return `keep_first: ${keep === 1 ? "the first letter" : `the first ${keep} letters`} of every word`;
  const means = scope === "corpus" ? "the same wherever the same key is used" : "the same in one document";
  return markup`pseudonym: [${theirs(name)}-1], ${means}`;
}
