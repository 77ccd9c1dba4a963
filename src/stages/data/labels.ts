import { Fault } from "../../base/fault.ts";
import type { Example } from "../../record/dataset.ts";

/** Labelled rows from which a column with mostly different values cannot be one of labels. */
const ENOUGH_TO_TELL = 20;

/** Refuses a label column that is none: without labels, with one only, or with as many values as a measurement has. */
export function checkLabels(examples: readonly Example[], column: string): void {
  const labelled = examples.filter((example) => example.target !== null);
  const labels = new Set(labelled.map((example) => example.target as string));
  const where = `column "${column}"`;
  if (labels.size === 0) {
    throw new Fault("data/no-labels", {
      what: "no row has a label",
      where,
      remedy: "label some rows, or name the column that holds the labels with --label",
    });
  }
  if (labels.size === 1) {
    throw new Fault("data/one-label", {
      what: `every labelled row has the label "${clip([...labels][0])}"`,
      where,
      why: "there is nothing to tell apart",
      remedy: "bring rows of at least two labels, or name another column with --label",
    });
  }
  const numeric = [...labels].every(isNumber);
  if (labels.size * 2 <= labelled.length) return;
  const [a, b, c] = [...labels].map((label) => `"${clip(label)}"`);
  const shown = [a, b, c].filter((label) => label !== undefined).join(", ");
  if (numeric && (labelled.length >= ENOUGH_TO_TELL || [...labels].some((label) => !Number.isInteger(Number(label))))) {
    throw new Fault("data/label-numeric", {
      what: `the labels look like measurements: ${shown}, …`,
      where,
      why: `${labels.size} different numbers in ${labelled.length} rows; a label is one of a few names`,
      remedy: "sort the numbers into named classes, or name another column with --label",
    });
  }
  if (labelled.length >= ENOUGH_TO_TELL) {
    throw new Fault("data/label-open", {
      what: `the labels look like free text or keys: ${shown}, …`,
      where,
      why: `${labels.size} different values in ${labelled.length} rows; nothing can be learnt from a label seen once`,
      remedy: "name the column that holds the labels with --label, or bring more rows a label",
    });
  }
}

/** Refuses rows of which none says what is to be found. */
export function checkSpanRows(examples: readonly Example[], column: string): void {
  if (examples.some(({ target }) => target !== null && target !== "[]")) return;
  throw new Fault("data/no-labels", {
    what: examples.some(({ target }) => target !== null)
      ? "no row has anything marked in it"
      : "no row has spans or fields",
    where: `column "${column}"`,
    remedy: 'give each row {"text", "spans": [{"start", "end", "label"}]} or {"text", "fields": {name: value}}',
  });
}

export function isNumber(label: string): boolean {
  return label.trim() !== "" && Number.isFinite(Number(label));
}

function clip(label: string): string {
  return label.length > 40 ? `${label.slice(0, 39)}…` : label;
}
