import { Fault } from "../../base/fault.ts";
import { kindOf } from "../../kinds/table.ts";
import type { Opened } from "../../predict/pack.ts";
import { requirePart } from "../../predict/parts.ts";
import { type Accepted, textId } from "../../record/accepted.ts";
import type { Example } from "../../record/dataset.ts";
import { TRAINED } from "../../record/pack.ts";
import type { Task } from "../../record/task.ts";
import type { AnsweredRow } from "../provenance.ts";
import { type LaterRows, laterRows } from "./later-rows.ts";

/** A pack's answers to the rows added to its task and to files that came after it. */
export interface Judged {
  readonly answered: readonly AnsweredRow[];
  readonly read: LaterRows;
}

export interface JudgeOptions {
  /** Labelled files beside the rows that were added. */
  readonly data: readonly string[];
  readonly sealed: ReadonlySet<string>;
  readonly progress: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** The pack as it stands on every later row that it was not trained on. */
export async function judgeLater(pack: Opened, task: Task, folder: string, options: JudgeOptions): Promise<Judged> {
  const trained = [requirePart(pack.parts, TRAINED)];
  const read = await laterRows(task, folder, options.data, { trained, sealed: options.sealed });
  const { answered, refused } = await answer(pack, read.rows, options);
  return { answered, read: { ...read, refused: [...read.refused, ...refused] } };
}

/** Answers to rows, and the rows that the pack refuses. */
export async function answer(
  pack: Opened,
  rows: readonly Example[],
  { progress, signal }: Pick<JudgeOptions, "progress" | "signal">,
): Promise<{ answered: AnsweredRow[]; refused: LaterRows["refused"] }> {
  const texts = rows.map((row) => row.text);
  const predictions = await pack.predictMany(texts, { signal, progress: (done) => progress(done, texts.length) });
  const answered: AnsweredRow[] = [];
  const { answerOf } = kindOf(pack.manifest.kind);
  const refused: { where: string; why: string }[] = [];
  rows.forEach((example, i) => {
    const given = predictions[i];
    if (given instanceof Fault) {
      refused.push({ where: `${example.source.file}:${example.source.line}`, why: given.message });
    } else answered.push({ example, answer: answerOf(given) });
  });
  return { answered, refused };
}

/** Answers by the id of their text, as accepted.json keeps them. */
export function answersById({ labels }: Accepted, rows: Accepted["later"]): Map<string, AnsweredRow["answer"]> {
  return new Map(rows.map(([id, label, confidence]) => [id, { label: labels[label], confidence }]));
}

/** Rows as accepted.json keeps them: by the id of their text, in order, each text once. */
export function keptRows(rows: readonly AnsweredRow[], place: (label: string) => number): Accepted["later"] {
  const byId = new Map(
    rows.map(({ example, answer: { label, confidence } }) => [textId(example.text), { label, confidence }]),
  );
  return [...byId]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { label, confidence }]) => [id, place(label), Math.round(confidence * 1e6) / 1e6]);
}
