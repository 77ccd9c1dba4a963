import { onnxruntime } from "../src/engine/index.ts";
import type { Example } from "../src/record/dataset.ts";
import type { RungName } from "../src/record/recipe.ts";
import type { Span } from "../src/spans/span.ts";
import { crfsuite } from "./peers/crfsuite.ts";
import { f1, f1Difference, points, scoresOf } from "./spans/figures.ts";
import { fit, found, labelsOf } from "./spans/models.ts";
import { foldsOf, groupsOf, plainSpec, rowsOf, sharedData } from "./spans/rows.ts";

export const title = "ECHR, French: personal data in court cases";

const FOLDS = 5;
const threads = 2;
const rungs = (process.env["WHITTLE_BENCH_RUNGS"] ?? "linear encoder").split(" ") as RungName[];

/** All rows in five folds, sentences that are (nearly) equal on one side; then the official test, opened once. */
export async function run(): Promise<void> {
  const folder = sharedData("echr_fr");
  if (folder === undefined) return;
  const [train, dev, test] = await Promise.all(
    ["train.jsonl", "dev.jsonl", "test.jsonl"].map((file) => rowsOf(folder, file)),
  );
  const all = [...train, ...dev, ...test];
  const labels = labelsOf(all);
  const groups = groupsOf(all);
  const folds = foldsOf(groups, FOLDS);
  const engine = onnxruntime();
  const answer = async (rung: RungName, on: readonly Example[], asked: readonly Example[]): Promise<Span[][]> => {
    const watch = on.filter((_, i) => i % 10 === 9);
    const fitted = await fit({
      kind: "redact",
      rung,
      train: on.filter((_, i) => i % 10 !== 9),
      watch,
      labels,
      spec: plainSpec,
      engine,
      threads,
    });
    try {
      return await found(fitted, asked);
    } finally {
      await fitted.predictor.close();
    }
  };
  const outOfFold = async (ask: (on: Example[], asked: Example[]) => Promise<Span[][] | undefined>) => {
    const spans = new Array<Span[]>(all.length);
    for (let fold = 0; fold < FOLDS; fold++) {
      const at = all.flatMap((_, i) => (folds[i] === fold ? [i] : []));
      const said = await ask(
        all.filter((_, i) => folds[i] !== fold),
        at.map((i) => all[i]),
      );
      if (said === undefined) return undefined;
      at.forEach((i, k) => (spans[i] = said[k]));
    }
    return scoresOf(all, spans);
  };

  console.log(
    `${all.length} rows in ${FOLDS} grouped folds, ${labels.length} labels; the test has ${test.length} rows.\n`,
  );
  const scores = new Map<string, ReturnType<typeof scoresOf>>();
  for (const rung of rungs) {
    const told = await outOfFold((on, asked) => answer(rung, on, asked));
    if (told === undefined) continue;
    scores.set(rung, told);
    console.log(`${rung}: F1 out of fold ${points(f1(told, groups))}.`);
  }
  const peer = await outOfFold((on, asked) => crfsuite(on, asked, labels));
  if (peer !== undefined) {
    scores.set("crfsuite", peer);
    console.log(`crfsuite: F1 out of fold ${points(f1(peer, groups))}.`);
  }
  for (const [name, head] of [...scores].filter(([rung]) => rung !== "crfsuite").reverse()) {
    for (const [other, base] of scores) {
      if (other === name || (name === "linear" && other === "encoder")) continue;
      console.log(`${name} − ${other}, paired over ${all.length} rows: ${points(f1Difference(base, head, groups))}.`);
    }
  }
  if (process.env["WHITTLE_BENCH_TEST"] !== "closed") {
    for (const rung of rungs) {
      const told = scoresOf(test, await answer(rung, [...train, ...dev], test));
      console.log(`${rung}, official test: F1 ${points(f1(told))} (n ${test.length} rows).`);
    }
  }
  await engine.close();
}
