import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import type { Refusal } from "../../record/dataset.ts";
import type { RowSpec } from "./example.ts";
import { hasTargets } from "./spans.ts";
import type { Table } from "./table.ts";

/** Refuses a file that lacks a column the task names; where nothing of it could be read, says that instead. */
export function checkColumns(table: Table, spec: RowSpec, file: string): void {
  if (table.columns.length === 0) throw nothingRead(firstRefusals(table, file), file);
  const roles = [
    ["text", spec.text],
    ["label", spec.label],
    ["group", spec.group],
  ] as const;
  for (const [role, name] of roles) {
    if (name === null || table.columns.includes(name)) continue;
    if (role === "label" && spec.spans !== null && hasTargets(table.columns, name)) continue;
    const near = nearest(name, table.columns);
    const guess = near === undefined ? "" : `did you mean "${near}"? `;
    throw new Fault("data/column", {
      what: `${file} has no column "${name.slice(0, 80)}"`,
      where: file,
      why: `it has ${listed(table.columns)}`,
      remedy: `${guess}name the ${role} column with --${role}; a task names it under data: ${role}: in whittle.yaml`,
    });
  }
}

/** When every row was refused there is nothing to go on with. */
export function nothingRead(refused: readonly Refusal[], file: string): Fault {
  const [first] = refused;
  return new Fault("data/no-rows", {
    what: `no row of ${file} could be used`,
    where: first === undefined ? file : `${first.source.file}:${first.source.line}`,
    why: first === undefined ? undefined : `${refused.length} refused, the first because ${first.why}`,
    remedy: "mend the rows, or check that the columns named are the right ones",
  });
}

function firstRefusals(table: Table, file: string): Refusal[] {
  return table.rows.flatMap((row) => ("refused" in row ? [{ source: { file, line: row.line }, ...row.refused }] : []));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `"${name.slice(0, 40)}"`);
  return shown.join(", ") + (names.length > shown.length ? ` and ${names.length - shown.length} more` : "");
}
