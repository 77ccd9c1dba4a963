import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import { patternFor, patternNames, toldByForm } from "../../features/patterns/index.ts";
import type { CategorySpec, FieldSpec, SpanSpec } from "../../record/spans.ts";
import type { KindName, Task } from "../../record/task.ts";
import type { Places } from "./place.ts";
import type { WrittenTask } from "./schema.ts";

export const defaultField: FieldSpec = { type: "text", many: false, required: false, format: null };
export const defaultCategory: CategorySpec = { policy: "placeholder", scope: "document", keep: 1 };

/** Share of documents that may keep a leak when nobody said. */
export const DEFAULT_LEAK_RATE = 0.05;

type WrittenField = NonNullable<WrittenTask["fields"]>[string];
type WrittenCategory = NonNullable<WrittenTask["categories"]>[string];

/** What is wanted of the spans, from fields or categories as far as they are written. */
export function spansOf(
  kind: KindName,
  written: {
    readonly fields?: Readonly<Record<string, WrittenField>> | null | undefined;
    readonly categories?: Readonly<Record<string, WrittenCategory>> | null | undefined;
    readonly leakRate?: number | undefined;
  },
): SpanSpec {
  const fields = Object.entries(written.fields ?? {}).map(([name, field]): [string, FieldSpec] => [
    name,
    {
      type: field?.type ?? defaultField.type,
      many: field?.many ?? defaultField.many,
      required: field?.required ?? defaultField.required,
      format: field?.format ?? defaultField.format,
    },
  ]);
  const categories = Object.entries(written.categories ?? {}).map(([name, category]): [string, CategorySpec] => [
    name,
    {
      policy: category?.policy ?? defaultCategory.policy,
      scope: category?.scope ?? defaultCategory.scope,
      keep: category?.keep ?? defaultCategory.keep,
    },
  ]);
  return {
    fields: Object.fromEntries(fields),
    categories: Object.fromEntries(categories),
    patterns: Object.entries(written.categories ?? {}).flatMap(([label, category]) =>
      patternsOf(label, category).map((pattern) => ({ pattern, label })),
    ),
    leakRate: written.leakRate ?? (kind === "redact" ? DEFAULT_LEAK_RATE : 1),
  };
}

/** The patterns that a category names; where it names none, the one that its name stands for; none where it says null. */
function patternsOf(label: string, category: WrittenCategory): readonly string[] {
  const given = category?.pattern;
  if (given === null) return [];
  if (given === undefined) return (patternFor(label) ?? []).filter((name) => toldByForm.has(name));
  return typeof given === "string" ? [given] : given;
}

/** Labels and spans of whittle.yaml; keys that belong to another kind are refused. */
export function spanParts(
  written: WrittenTask,
  places: Places,
): { labels: [string, string][] | null; spans: Task["spans"] } {
  const { kind, fields, categories } = written;
  const foreign = (
    [
      ["fields", "extract"],
      ["categories", "redact"],
      ["leak_rate", "redact"],
    ] as const
  ).find(([key, owner]) => written[key] !== undefined && written[key] !== null && owner !== kind);
  const labels = written.labels?.length !== undefined && kind !== "classify" ? "labels" : undefined;
  const key = foreign?.[0] ?? labels;
  if (key !== undefined) {
    throw new Fault("task/key", {
      what: `a task of kind ${kind} has no "${key}"`,
      where: places.key([], key),
      remedy:
        kind === "classify" ? "list its labels" : `list its ${kind === "extract" ? "fields" : "categories"} instead`,
    });
  }
  if (kind === "classify") return { labels: null, spans: null };
  for (const [label, category] of Object.entries(categories ?? {})) {
    for (const name of patternsOf(label, category)) if (!isPattern(name)) throw unknownPattern(name, label, places);
  }
  const meanings: readonly [string, { readonly about?: string | null | undefined } | null][] = Object.entries(
    fields ?? categories ?? {},
  );
  return {
    labels: meanings.map(([name, entry]) => [name, entry?.about ?? ""]),
    spans: spansOf(kind, { fields, categories, leakRate: written.leak_rate }),
  };
}

function isPattern(name: string): boolean {
  return patternNames.includes(name);
}

function unknownPattern(name: string, label: string, places: Places): Fault {
  const near = nearest(name, patternNames);
  return new Fault("task/value", {
    what: `there is no pattern "${name.slice(0, 80)}"`,
    where: places.value(["categories", label, "pattern"]),
    why: `the patterns are ${patternNames.join(", ")}`,
    remedy: near === undefined ? "name one of these, or take it out" : `did you mean ${near}?`,
  });
}
