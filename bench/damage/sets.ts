import { join } from "node:path";
import { importFile } from "../../src/stages/data/index.ts";
import type { Example } from "../../src/record/dataset.ts";
import { labelsOf } from "../spans/models.ts";
import { plainSpec, rowsOf, sharedData } from "../spans/rows.ts";
import type { Folded } from "./folds.ts";

/** Training and test rows together: what is asked is what smaller weights change, and never how good the model is. */
export async function banking(rung: "bag" | "encoder"): Promise<Folded | undefined> {
  const folder = sharedData("banking77");
  if (folder === undefined) return undefined;
  const rows: Example[] = [];
  for (const file of ["train.jsonl", "test.jsonl"]) {
    const columns = { text: "text", label: "label", group: null, labels: [], maxTextLength: 200_000, spans: null };
    const { examples } = await importFile(join(folder, file), columns);
    rows.push(...examples.map((example) => ({ ...example, id: `${file} ${example.id}` })));
  }
  const labels = [...new Set(rows.map((row) => row.target as string))].sort();
  return { name: "banking77", kind: "classify", rung, rows, labels, spec: null, folds: 5 };
}

export async function snips(): Promise<Folded | undefined> {
  const folder = sharedData("snips_slots");
  if (folder === undefined) return undefined;
  const rows = [...(await rowsOf(folder, "train.jsonl")), ...(await rowsOf(folder, "test.jsonl"))];
  return { name: "snips", kind: "extract", rung: "encoder", rows, labels: labelsOf(rows), spec: plainSpec, folds: 3 };
}
