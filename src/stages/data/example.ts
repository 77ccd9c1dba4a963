import { sha256 } from "../../base/hash.ts";
import { nearest } from "../../base/nearest.ts";
import type { DataSpec } from "../../record/task.ts";
import type { Example, Part, Source } from "../../record/dataset.ts";
import { foldText } from "../../text/nearduplicate.ts";
import { maxLabelUnits } from "./limits.ts";
import { Refused } from "./refused.ts";
import { rawTarget, type SpanReading, targetColumns } from "./spans.ts";
import { cell, type ReadRow } from "./table.ts";

/** What turning rows into examples needs to know of the task. */
export interface RowSpec extends Pick<DataSpec, "text" | "label" | "group"> {
  /** The labels a row may carry; empty where any may. */
  readonly labels: readonly string[];
  readonly maxTextLength: number;
  /** How spans are read; null for kinds that have none. */
  readonly spans: SpanReading | null;
}

/** Makes examples of rows, one file after another; ids count exact repeats, so one maker serves a whole import. */
export class ExampleMaker {
  private readonly spec: RowSpec;
  private readonly allowed: ReadonlySet<string>;
  private readonly repeats = new Map<string, number>();

  constructor(spec: RowSpec) {
    this.spec = spec;
    this.allowed = new Set(spec.labels);
  }

  make(row: ReadRow, given: Part, file: string): Example | Refused {
    const text = this.textOf(row);
    if (text instanceof Refused) return text;
    const labels = this.labelsOf(row);
    if (labels instanceof Refused) return labels;
    const target = labels.length === 0 ? null : mostFrequent(labels);
    const alternatives = [...labels];
    if (target !== null) alternatives.splice(labels.indexOf(target), 1);
    const source: Source = { file, line: row.line };
    const { group, columns } = this.otherCells(row);
    return { id: this.idOf(given, text, target), text, target, alternatives, group, columns, source, given };
  }

  private textOf(row: ReadRow): string | Refused {
    const value = plain(cell(row, this.spec.text));
    if (value === null) return new Refused("data/text-empty", `the row has no "${this.spec.text}"`);
    if (value === undefined) return new Refused("data/text-type", `"${this.spec.text}" is not text`);
    if (value.length > this.spec.maxTextLength) {
      const why = `the text has ${value.length} characters; the task allows ${this.spec.maxTextLength}`;
      return new Refused("data/text-too-long", why);
    }
    if (foldText(value) === "") return new Refused("data/text-empty", `"${this.spec.text}" is empty`);
    return value;
  }

  /** The labels of a row, one an annotator; none where it is unlabelled. Of spans: the target as the file gives it. */
  private labelsOf(row: ReadRow): string[] | Refused {
    if (this.spec.spans !== null) {
      const raw = rawTarget(row, this.spec.label);
      return raw === null ? [] : raw instanceof Refused ? raw : [raw];
    }
    const value = cell(row, this.spec.label);
    const labels: string[] = [];
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const label = plain(item)?.trim();
      if (label === undefined && plain(item) === undefined) {
        return new Refused("data/label-type", `"${this.spec.label}" is neither a label nor a list of labels`);
      }
      if (label === undefined || label === "") continue;
      if (label.length > maxLabelUnits) {
        const why = `the label has ${label.length} characters; ${maxLabelUnits} are allowed`;
        return new Refused("data/label-too-long", why);
      }
      if (this.allowed.size > 0 && !this.allowed.has(label)) return this.unknown(label);
      labels.push(label);
    }
    return labels;
  }

  private unknown(label: string): Refused {
    const near = nearest(label, this.spec.labels);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    return new Refused("data/label-unknown", `the task has no label "${label.slice(0, 80)}"${hint}`);
  }

  private otherCells(row: ReadRow): { group: string | null; columns: Record<string, string> } {
    const { text, label, group } = this.spec;
    const own = [text, label, group, ...(this.spec.spans === null ? [] : targetColumns)];
    const others = Object.entries(row.cells).filter(([name]) => !own.includes(name));
    const columns = Object.fromEntries(others.map(([name, value]) => [name, plain(value) ?? asText(value)]));
    const held = group === null ? null : (plain(cell(row, group)) ?? asText(cell(row, group)));
    return { group: held === null || held.trim() === "" ? null : held, columns };
  }

  private idOf(given: Part, text: string, target: string | null): string {
    const base = sha256(`${given}\u0000${text}\u0000${target ?? "\u0000"}`).slice(0, 16);
    const seen = this.repeats.get(base) ?? 0;
    this.repeats.set(base, seen + 1);
    return seen === 0 ? base : sha256(`${base}\u0000${seen}`).slice(0, 16);
  }
}

/** A cell as text; null where it is missing, undefined where it is something that has no plain form. */
function plain(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  return undefined;
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "";
}

/** The label given most often; among equals the one given first. */
function mostFrequent(labels: readonly string[]): string {
  const votes = new Map<string, number>();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  return [...votes].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
