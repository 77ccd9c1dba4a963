import { Fault } from "../../base/fault.ts";
import { kindOf } from "../../kinds/table.ts";
import { type Opened, sameAnswer, sampleOf } from "../../predict/pack.ts";
import type { Answer } from "../../record/answer.ts";
import type { CheckLine } from "../../record/check.ts";

/** An answer that a pack is known to have given. */
export interface Known {
  readonly text: string;
  readonly answer: Answer;
}

/**
 * Export parity: the packed file, in this runtime, gives the answers that were given before it was packed (its own sample,
 * and whatever else of it is known). Labels are the same and confidences within rounding, or the gate is broken.
 */
export async function parity(pack: Opened, known: readonly Known[], signal?: AbortSignal): Promise<CheckLine> {
  const { answerOf, inWords } = kindOf(pack.manifest.kind);
  const sample = sampleOf(pack.parts).map(({ text, prediction }) => ({ text, answer: answerOf(prediction) }));
  const all: readonly Known[] = [...sample, ...known];
  const now = await pack.predictMany(
    all.map(({ text }) => text),
    { signal },
  );
  const differing = all.flatMap(({ answer }, i) => {
    const given = now[i] instanceof Fault ? now[i] : answerOf(now[i]);
    return given instanceof Fault || !sameAnswer(given, answer) ? [{ answer, given }] : [];
  });
  const rows = `${all.length} ${all.length === 1 ? "answer" : "answers"} known from before it was packed`;
  const reason =
    differing.length === 0
      ? `${rows} come out the same`
      : `${differing.length} of ${rows} come out otherwise: ${print(differing[0].given, inWords)} where it was ${print(differing[0].answer, inWords)}`;
  const verdict = differing.length === 0 ? "held" : "broken";
  return { name: "parity", verdict, reason, change: null, margin: null, enough: null };
}

/** Without the text: what a check says goes into the open. */
function print(answer: Answer | Fault, inWords: (printed: string) => string): string {
  return answer instanceof Fault ? answer.code : `"${inWords(answer.label)}" at ${answer.confidence.toFixed(4)}`;
}
