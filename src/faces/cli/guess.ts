import { Fault } from "../../base/fault.ts";
import type { KindName } from "../../record/task.ts";

const texts = [
  "text",
  "body",
  "message",
  "content",
  "sentence",
  "utterance",
  "description",
  "question",
  "ticket",
  "review",
  "comment",
  "query",
];
const labels = [
  "label",
  "labels",
  "queue",
  "category",
  "intent",
  "class",
  "topic",
  "tag",
  "type",
  "department",
  "target",
];

const spans = ["spans", "fields", "entities", "annotations", "labels"];

/**
 * Which columns hold the text and the label, by their names, where the user did not say. A guess that is not plain is a
 * fault that lists the columns.
 */
export function guessColumns(
  file: string,
  columns: readonly string[],
  given: { readonly text?: string; readonly label?: string },
  kind: KindName,
): { text: string; label: string } {
  const text = given.text ?? find(columns, texts, given.label);
  const label = given.label ?? find(columns, kind === "classify" ? labels : spans, text);
  if (text !== undefined && label !== undefined) return { text, label };
  const missing = text === undefined ? "text" : "label";
  const isTable = /\.[ct]sv$/i.test(file);
  throw new Fault("data/which-column", {
    what: `it is not plain which column of ${file} holds the ${missing}`,
    where: file,
    why: `it has ${columns.map((name) => `"${name}"`).join(", ")}`,
    remedy: `name it with --${missing}${isTable ? "; the first line must name the columns, with commas, semicolons or tabs between" : ""}`,
  });
}

function find(columns: readonly string[], names: readonly string[], taken: string | undefined): string | undefined {
  const byName = new Map(columns.filter((c) => c !== taken).map((c) => [c.trim().toLowerCase(), c]));
  const found = names.find((name) => byName.has(name));
  return found === undefined ? undefined : byName.get(found);
}
