import { Fault } from "../../base/fault.ts";
import type { Dataset, Example } from "../../record/dataset.ts";
import { idAt, isRight, predictionAt, type Predictions, readPredictions, TOP } from "../../record/predictions.ts";
import type { Task } from "../../record/task.ts";
import { f1Difference, type Item } from "../../stages/compare/index.ts";
import type { Estimate } from "../../stats/estimate.ts";
import { discordance } from "../../stats/mcnemar.ts";
import { noDifference, pairedShares } from "../../stats/paired.ts";
import { groupsOf } from "../../stats/units.ts";
import type { Store } from "../../store/port.ts";
import type { KeptRun } from "./history.ts";

/** What one run answers otherwise than another, on the rows that both were judged on. */
export interface Difference {
  /** Rows that both were judged on. */
  readonly n: number;
  readonly onlyInBase: number;
  readonly onlyInHead: number;
  /** Share right by the head less share right by the base, paired; of spans, texts that are wholly right. */
  readonly accuracy: Estimate;
  /** Of kinds with spans: F1 of exact spans, head less base. Null for the others, and where texts have been lost. */
  readonly f1: Estimate | null;
  /** Of no difference: McNemar's exact test, or where rows stand in groups the exchange of whole groups. */
  readonly p: number;
  readonly gained: number;
  readonly lost: number;
  /** Wrong by both, and answered otherwise. */
  readonly otherwise: number;
  /** Rows that were lost, then gained, then answered otherwise; the surest answers of the head first. */
  readonly flips: readonly Flip[];
}

export interface Flip {
  readonly what: "lost" | "gained" | "otherwise";
  readonly id: string;
  readonly text: string;
  readonly target: string;
  readonly base: Answer;
  readonly head: Answer;
}

interface Answer {
  readonly label: string;
  readonly confidence: number;
}

export function diff(store: Store, base: KeptRun, head: KeptRun, task: Pick<Task, "kind" | "spans">): Difference {
  const [b, h] = [base, head].map((run) => readPredictions(store.blobs.get(run.predictions)));
  const pairs = sharedRows(b, h);
  if (pairs.length === 0) {
    throw new Fault("history/nothing-shared", {
      what: "the two runs were judged on no row in common",
      why: `one on ${base.on} (${base.n} rows), the other on ${head.on} (${head.n} rows), of other examples`,
      remedy: "compare runs of the same examples, or judge both packs on one file: whittle evaluate",
    });
  }
  const examples = examplesOf(store, [head, base], new Set(pairs.map(([i]) => idAt(b, i))));
  const groups = groupsOf(pairs.map(([i]) => examples.get(idAt(b, i))?.group ?? null));
  const right = { base: pairs.map(([row]) => isRight(b, row)), head: pairs.map(([, row]) => isRight(h, row)) };
  const counts = discordance(right.base, right.head, groups);
  const flipped = pairs.filter(([i, j]) => b.labels[b.top[i * TOP]] !== h.labels[h.top[j * TOP]]);
  const flips = flipped.map(([i, j]): Flip => {
    const what = isRight(b, i) ? "lost" : isRight(h, j) ? "gained" : "otherwise";
    const { id, target } = predictionAt(b, i);
    return { what, id, text: examples.get(id)?.text ?? "", target, base: answerOf(b, i), head: answerOf(h, j) };
  });
  const order = ["lost", "gained", "otherwise"];
  flips.sort((x, y) => order.indexOf(x.what) - order.indexOf(y.what) || y.head.confidence - x.head.confidence);
  return {
    n: pairs.length,
    onlyInBase: b.n - pairs.length,
    onlyInHead: h.n - pairs.length,
    accuracy: pairedShares(counts),
    f1: task.kind === "classify" ? null : f1Of(pairs, b, h, examples, task),
    p: noDifference(right.base, right.head, groups).p,
    gained: counts.onlyHead,
    lost: counts.onlyBase,
    otherwise: flips.filter(({ what }) => what === "otherwise").length,
    flips,
  };
}

/** Over all rows that both were judged on, against what the data say: of a right answer a run keeps no target but itself. */
function f1Of(
  pairs: readonly (readonly [number, number])[],
  base: Predictions,
  head: Predictions,
  examples: ReadonlyMap<string, Example>,
  task: Pick<Task, "kind" | "spans">,
): Estimate | null {
  const items = pairs.flatMap(([i, j]): Item[] => {
    const { text, target = null, group = null } = examples.get(idAt(base, i)) ?? {};
    if (text === undefined || target === null) return [];
    return [{ text, target, columns: {}, group, base: answerOf(base, i), head: answerOf(head, j) }];
  });
  return items.length < pairs.length ? null : f1Difference(items, task);
}

/** Places in both of the rows that both hold, in the order of the head. */
function sharedRows(base: Predictions, head: Predictions): (readonly [number, number])[] {
  const inBase = new Map<bigint, number>();
  base.ids.forEach((id, row) => inBase.set(id, row));
  const pairs: [number, number][] = [];
  head.ids.forEach((id, row) => {
    const same = inBase.get(id);
    if (same !== undefined) pairs.push([same, row]);
  });
  return pairs;
}

function answerOf(predictions: Predictions, row: number): Answer {
  const { label, confidence } = predictionAt(predictions, row);
  return { label, confidence };
}

/** Rows by id, from the datasets that runs were made on; each dataset is read once, and no more of them than need be. */
function examplesOf(
  store: Store,
  of: readonly { readonly dataset: string }[],
  ids: ReadonlySet<string>,
): Map<string, Example> {
  const found = new Map<string, Example>();
  for (const blob of new Set(of.map((run) => run.dataset))) {
    if (found.size === ids.size) break;
    const { examples } = JSON.parse(new TextDecoder().decode(store.blobs.get(blob))) as Dataset;
    for (const example of examples) if (ids.has(example.id)) found.set(example.id, example);
  }
  return found;
}
