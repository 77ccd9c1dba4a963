import type { Example, Part, Refusal } from "../../record/dataset.ts";
import type { ExampleMaker, RowSpec } from "./example.ts";
import { Refused } from "./refused.ts";
import { settle } from "./spans.ts";
import type { Row } from "./table.ts";

export interface Rows {
  readonly examples: Example[];
  readonly refused: Refusal[];
}

export interface Making {
  readonly maker: ExampleMaker;
  readonly given: Part;
  readonly file: string;
  readonly spec: RowSpec;
}

/** The rows of a table as examples, each or why it is none. */
export function makeRows(table: readonly Row[], { maker, given, file, spec }: Making): Rows {
  const rows: Rows = { examples: [], refused: [] };
  const refuse = (line: number, { code, why }: Refused): void => {
    rows.refused.push({ source: { file, line }, code, why });
  };
  const made: Example[] = [];
  for (const row of table) {
    const one = "refused" in row ? new Refused(row.refused.code, row.refused.why) : maker.make(row, given, file);
    if (one instanceof Refused) refuse(row.line, one);
    else made.push(one);
  }
  const settled = spec.spans === null ? made : settle(made, spec.spans, spec.labels, file);
  settled.forEach((one, i) => {
    if (one instanceof Refused) refuse(made[i].source.line, one);
    else rows.examples.push(one);
  });
  rows.refused.sort((a, b) => a.source.line - b.source.line);
  return rows;
}
