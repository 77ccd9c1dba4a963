import { Fault } from "../../base/fault.ts";
import type { Opened } from "../../predict/pack.ts";
import { requirePart } from "../../predict/parts.ts";
import { type Accepted, textId } from "../../record/accepted.ts";
import type { Answer } from "../../record/answer.ts";
import type { CheckedRows, CheckLine } from "../../record/check.ts";
import { TRAINED } from "../../record/pack.ts";
import { type Item, notCompared } from "../../stages/compare/index.ts";
import { overlap } from "../../stages/pack/index.ts";
import type { AnsweredRow, Provenance } from "../provenance.ts";
import { answer, answersById, type Judged } from "./judged.ts";

/** Rows listed of those refused. */
const SHOWN = 20;

/** The rows that both sides have answered; a text that came later in one place and was trained on in another is taken once. */
export async function itemsOf(
  accepted: Accepted,
  base: Opened | undefined,
  { answered, read }: Judged,
  origin: Provenance | undefined,
  signal: AbortSignal | undefined,
): Promise<{ items: Item[]; rows: CheckedRows }> {
  const later = answersById(accepted, accepted.later);
  const ladder = answersById(accepted, accepted.ladder);
  const known = new Set([...later.keys(), ...ladder.keys()]);
  const fresh = answered.map(({ example }) => example).filter((example) => !known.has(textId(example.text)));
  if (base !== undefined && fresh.length > 0) {
    const trained = overlap(
      fresh.map((example) => example.text),
      requirePart(base.parts, TRAINED),
    );
    const asked = fresh.filter((_, i) => !trained[i]);
    const given = await answer(base, asked, { progress: () => undefined, signal });
    for (const row of given.answered) later.set(textId(row.example.text), row.answer);
  }
  const items = new Map<string, Item>();
  let unknown = 0;
  const take = (rows: readonly AnsweredRow[]): void => {
    for (const { example, answer: given } of rows) {
      const id = textId(example.text);
      if (items.has(id) || example.target === null) continue;
      const theirs: Answer | undefined = later.get(id) ?? ladder.get(id);
      if (theirs === undefined) unknown++;
      else {
        const { text, target, columns, group } = example;
        items.set(id, { text, target, columns, group, base: theirs, head: given });
      }
    }
  };
  take(answered);
  const fromLater = items.size;
  take(origin?.ladder ?? []);
  const expected = origin === undefined ? accepted.later.map(([id]) => id) : [...known];
  return {
    items: [...items.values()],
    rows: {
      compared: items.size,
      later: fromLater,
      missing: expected.filter((id) => !items.has(id)).length,
      unknown,
      unlabelled: read.unlabelled,
      refused: read.refused.length,
      refusals: read.refused.slice(0, SHOWN),
    },
  };
}

/** Whether all that the accepted candidate was judged on takes part. */
export function rowsLine(accepted: Accepted, rows: CheckedRows, origin: Provenance | undefined): CheckLine {
  const { compared, later, missing } = rows;
  const left =
    origin === undefined && accepted.ladder.length > 0
      ? `; the ${accepted.ladder.length} rows of its ladder are left out, as this pack was not made in this folder's store`
      : "";
  const reason =
    missing > 0
      ? `${missing} rows that the accepted candidate was judged on are not compared`
      : `${compared} compared: ${later} that came later, ${compared - later} out of fold`;
  const verdict = missing > 0 ? "too small to tell" : compared === 0 ? "not compared" : "held";
  return { ...notCompared("rows", `${reason}${left}`), verdict };
}

/** What the accepted pack said of later rows when it was accepted. */
export function knownOf(accepted: Accepted, { answered }: Judged): AnsweredRow[] {
  const later = answersById(accepted, accepted.later);
  return answered.flatMap(({ example }) => {
    const before = later.get(textId(example.text));
    return before === undefined ? [] : [{ example, answer: before }];
  });
}

export function nothingCompared(accepted: Accepted, { answered, read }: Judged, data: readonly string[]): Fault {
  const where = data.length === 0 ? undefined : data.join(", ");
  if (answered.length > 0) {
    return new Fault("check/other-rows", {
      what: "the accepted candidate was judged on other rows",
      where,
      why: `none of the ${answered.length} rows at hand is among the ${accepted.later.length + accepted.ladder.length} that it was judged on`,
      remedy: "bring the rows it was judged on, or its pack with --base, or accept a candidate again on these rows",
    });
  }
  const first = read.refused[0];
  return new Fault("check/no-rows", {
    what: "there is no row to compare head and the accepted candidate on",
    where: first?.where ?? where,
    why:
      first === undefined
        ? "no labelled row came after training, and head was not made in this folder's store"
        : `${read.refused.length} rows were refused, the first because ${first.why}`,
    remedy: "add labelled rows (whittle data add), name a labelled file with --data, or run whittle make here",
  });
}
