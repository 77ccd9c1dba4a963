import { Fault } from "../../base/fault.ts";
import { sha256 } from "../../base/hash.ts";
import { random } from "../../base/random.ts";
import { calibrated } from "../../kinds/kind.ts";
import { kindOf } from "../../kinds/table.ts";
import type { Candidate } from "../../record/candidate.ts";
import type { Cliff, CliffSlice, Scope } from "../../record/cliff.ts";
import type { Example } from "../../record/dataset.ts";
import type { Measured } from "../../record/decision.ts";
import type { KindName } from "../../record/task.ts";
import { fitScope } from "../../stages/evaluate/scope.ts";
import { shareOfItems } from "../../stats/interval/share.ts";
import { discordance } from "../../stats/mcnemar.ts";
import { pairedShares } from "../../stats/paired.ts";
import { groupsOf } from "../../stats/units.ts";
import { areEnglish, type Variant, variants, vary } from "../../text/variants.ts";
import type { Bench } from "./bench.ts";
import { judges, type Rows } from "./ladder.ts";
import { keyOf, remembered } from "./memo.ts";

/** Rows that are varied: a drop is known to about three points. */
const MOST = 500;

/** A row with the model that was not trained on it, and what that model made of it. */
interface Judged {
  readonly example: Example;
  readonly target: string;
  readonly model: number;
  readonly right: boolean;
}

/** How far from the task a candidate of the ladder holds, and where the store has it. */
export async function cliffOf(
  bench: Bench,
  rows: Rows,
  chosen: Measured,
  scope: Scope | null,
): Promise<{ cliff: Cliff; key: string }> {
  const models = await judges(bench, rows, chosen);
  const inputs = {
    models: models.map(({ candidate, unit }) => ({ parts: candidate.parts, asked: unit.asked.map((row) => row.id) })),
    seed: bench.task.seed,
    scope,
  };
  const compute = async (): Promise<Cliff> => {
    const judged: Judged[] = [];
    for (const [model, { candidate, unit }] of models.entries()) {
      const labels = await labelsOf(bench, candidate, unit.asked);
      unit.asked.forEach((example, i) => {
        const label = labels[i];
        if (example.target === null || label instanceof Fault) return;
        judged.push({ example, target: example.target, model, right: isRight(bench, example, label) });
      });
    }
    const drawn = random(bench.task.seed, "cliff")
      .sample(judged.length, Math.min(MOST, judged.length))
      .sort((a, b) => a - b)
      .map((i) => judged[i]);
    const { made, left } = variantsFor(drawn, bench.task.kind);
    const slices = await measure(
      bench,
      models.map(({ candidate }) => candidate),
      drawn,
      made,
    );
    return { on: chosen.evaluation.on, rows: drawn.length, slices, left, scope };
  };
  return { cliff: await remembered(bench.store, "cliff", inputs, compute), key: keyOf("cliff", inputs) };
}

/** English words mean nothing in texts of another language. */
function variantsFor(rows: readonly Judged[], kind: KindName): { made: readonly Variant[]; left: Cliff["left"] } {
  if (kind !== "classify") {
    return {
      made: variants.filter(keepsPlaces),
      left: variants
        .filter((variant) => !keepsPlaces(variant))
        .map(({ name }) => ({
          name,
          why: "it moves what stands in the text, and where a span then stands is not known",
        })),
    };
  }
  if (areEnglish(rows.map((row) => row.example.text))) return { made: variants, left: [] };
  return {
    made: variants.filter((variant) => !variant.english),
    left: variants
      .filter((variant) => variant.english)
      .map(({ name }) => ({ name, why: "made of English words, and the texts are not English" })),
  };
}

/** Whether a span stands where it stood. */
function keepsPlaces({ name }: Variant): boolean {
  return name.startsWith("case=");
}

async function measure(
  bench: Bench,
  candidates: readonly Candidate[],
  rows: readonly Judged[],
  made: readonly Variant[],
): Promise<CliffSlice[]> {
  const asked = made.flatMap((variant) =>
    rows.flatMap((row) => {
      const text = vary(variant, row.example.text, bench.task.seed);
      return text === row.example.text || moved(bench, text, row.example.text)
        ? []
        : [{ variant, row, example: varied(row.example, text) }];
    }),
  );
  bench.say("evaluate", "how far from the task it holds", 0);
  const answers = new Map<Example, string | Fault>();
  for (const [model, candidate] of candidates.entries()) {
    const own = asked.filter(({ row }) => row.model === model).map(({ example }) => example);
    const labels = await labelsOf(bench, candidate, own);
    own.forEach((example, i) => answers.set(example, labels[i]));
  }
  return made.map((variant) => {
    const told = asked.filter((a) => a.variant === variant);
    const answered = told.filter(({ example }) => typeof answers.get(example) === "string");
    const before = answered.map(({ row }) => row.right);
    const after = answered.map(({ example }) => isRight(bench, example, answers.get(example) as string));
    const groups = groupsOf(answered.map(({ example }) => example.group));
    return {
      name: variant.name,
      about: variant.about,
      n: answered.length,
      refused: told.length - answered.length,
      accuracy: shareOfItems(after, groups),
      original: shareOfItems(before, groups),
      drop: pairedShares(discordance(before, after, groups)),
    };
  });
}

/** "ß" in capitals is two letters: such rows are left out where places count. */
function moved({ task }: Bench, text: string, before: string): boolean {
  return task.kind !== "classify" && text.length !== before.length;
}

function isRight({ task }: Bench, { text, target }: Example, label: string): boolean {
  const answer = { label, confidence: 1 };
  return target !== null && kindOf(task.kind).isRight({ text, target, answer }, task.spans);
}

/** The row with another text; its id is the text's own, so that answers are recalled for this text alone. */
function varied(example: Example, text: string): Example {
  return { ...example, id: sha256(text).slice(0, 16), text };
}

async function labelsOf(bench: Bench, candidate: Candidate, rows: readonly Example[]): Promise<(string | Fault)[]> {
  const kind = kindOf(bench.task.kind);
  const manifest = bench.manifestOf(candidate);
  const scores = await bench.answer(candidate, rows);
  return scores.map((scored, i) =>
    scored instanceof Fault
      ? scored
      : kind.answerOf(kind.decode(scored, rows[i].text, manifest, { secret: "cliff" })).label,
  );
}

/**
 * The confidence under which a text is taken to be from outside, for a candidate of the ladder: null where the task names no
 * such texts. Each text from outside is answered by one of the models that judged the candidate, in turn.
 */
export async function scopeOf(bench: Bench, rows: Rows, chosen: Measured): Promise<Scope | null> {
  const { outside } = rows;
  if (outside === null) return null;
  bench.say("evaluate", "texts from outside the task", 0);
  const models = await judges(bench, rows, chosen);
  const kind = kindOf(bench.task.kind);
  const inside: number[] = [];
  const strange: number[] = [];
  for (const [model, { candidate, unit }] of models.entries()) {
    const manifest = calibrated(bench.manifestOf(candidate), chosen.evaluation.calibration);
    const own = outside.examples.filter((_, i) => i % models.length === model);
    for (const [asked, confidences] of [
      [unit.asked, inside],
      [own, strange],
    ] as const) {
      const scores = await bench.answer(candidate, asked);
      scores.forEach((scored, i) => {
        if (scored instanceof Fault) return;
        confidences.push(kind.answerOf(kind.decode(scored, asked[i].text, manifest)).confidence);
      });
    }
  }
  const { refused, repeated } = outside;
  return { ...fitScope(inside, strange, bench.task.seed), refused, repeated };
}
