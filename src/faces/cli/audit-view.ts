import type { Audit, Dataset } from "../../record/dataset.ts";
import type { Split } from "../../record/split.ts";
import { counted, wrap } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

const SHOWN_LABELS = 12;
const WIDTH = 100;

/** "640 rows, 8 labels, 3 refused" */
export function auditLine({ rows, labels, refused, unlabelled }: Audit): string {
  const parts = [counted(rows, "row"), counted(labels.length, "label")];
  if (refused > 0) parts.push(`${refused.toLocaleString("en-US")} refused`);
  if (unlabelled > 0) parts.push(`${unlabelled.toLocaleString("en-US")} without a label`);
  return parts.join(", ");
}

/** The whole audit, for a person about to train. */
export function printAudit(terminal: Terminal, { audit, refused }: Dataset): void {
  const { style } = terminal;
  terminal.print(`${style("bold", "Rows")}     ${auditLine(audit)}`);
  const { p5, p50, p95, max } = audit.lengths;
  terminal.print(`Lengths  ${p5} to ${p95} characters (5 % to 95 %), middle ${p50}, longest ${max}`);
  const shown = audit.labels.slice(0, SHOWN_LABELS).map(({ label, n }) => `${label} ${n}`);
  const more = audit.labels.length - shown.length;
  const names = `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  for (const line of wrap(names, WIDTH, "Labels   ", "         ")) terminal.print(line);
  const { exactDuplicates, nearDuplicates, conflicts } = audit;
  terminal.print(
    `Repeats  ${counted(exactDuplicates, "exact repeat")}, ${counted(nearDuplicates.rows, "row")} that are nearly alike, ` +
      `${counted(conflicts.texts, "text")} labelled in different ways`,
  );
  for (const { source, code, why } of refused.slice(0, 5)) {
    terminal.print(`${style("yellow", "Refused")}  ${source.file}:${source.line} ${why} (${code})`);
  }
  if (refused.length > 5) terminal.print(`         and ${refused.length - 5} more`);
  for (const remark of audit.remarks) {
    for (const line of wrap(remark, WIDTH, `${style("yellow", "Remark")}   `, "         ")) terminal.print(line);
  }
}

/** "8,503 train, 1,500 dev, 3,080 test (given), 5 folds" */
export function splitLine({ train, dev, test, k, report }: Split): string {
  const part = (name: string, n: number): string =>
    `${n.toLocaleString("en-US")} ${name}${report.given.includes(name) ? " (given)" : ""}`;
  const overlaps = report.testOverlap > 0 ? `, ${report.testOverlap} test rows stand in train or dev too` : "";
  return `${part("train", train.length)}, ${part("dev", dev.length)}, ${part("test", test.length)}, ${k} folds${overlaps}`;
}
