import { Fault } from "../../base/fault.ts";
import { random } from "../../base/random.ts";
import { kindOf } from "../../kinds/table.ts";
import type { Dataset, Example, Part } from "../../record/dataset.ts";
import type { Split } from "../../record/split.ts";
import type { KindName, Task } from "../../record/task.ts";
import { foldText } from "../../text/nearduplicate.ts";
import { type Component, components } from "./components.ts";
import { ownOf, placeAdded } from "./added.ts";
import { remarks } from "./remarks.ts";
import { countLabels, dealFolds, takeShare } from "./stratify.ts";

const DEV_SHARE = 0.15;
const FOLDS = 5;

/**
 * Split: which rows train, choose and judge. Parts that the files give are kept; a test part of a fifth and a dev part of
 * 15 % of the rest are made where they give none, stratified by label, from the stream "split" of the task's seed.
 * Unlabelled rows are in no part. Rows that were added come after: they move no other row (placeAdded).
 */
export function split(dataset: Dataset, task: Pick<Task, "seed" | "kind">): Split {
  const labelOf = strata(dataset.examples, task.kind);
  const given = (row: number): Part => dataset.examples[row].given;
  const all = components(ownOf(dataset));
  const has = (part: Part): boolean => all.some((rows) => rows.some((row) => given(row) === part));

  // What whittle divides: components that no given part has a share in. The others stay where the files put them.
  let free = all.filter((rows) => rows.every((row) => given(row) === "train"));
  const part = new Map<number, Part>(all.flatMap((rows) => rows.map((row) => [row, given(row)] as const)));
  const cut = (name: Part, share: number): void => {
    const taken = takeShare(free, share, labelOf, random(task.seed, `split ${name}`));
    for (const rows of taken) for (const row of rows) part.set(row, name);
    free = free.filter((rows) => !taken.has(rows));
  };
  if (!has("test")) cut("test", testShare(sum(free)));
  if (!has("dev")) cut("dev", DEV_SHARE);
  const { whole, apart } = placeAdded(dataset, all, part);

  const rowsOf = (name: Part): number[] =>
    [...part.keys()].filter((row) => part.get(row) === name).sort((a, b) => a - b);
  const [train, dev, test] = [rowsOf("train"), rowsOf("dev"), rowsOf("test")];
  const trained = whole
    .map((rows) => rows.filter((row) => part.get(row) !== "test"))
    .filter((rows): rows is number[] => rows.length > 0);
  const k = Math.min(FOLDS, trained.length, Math.max(...countLabels(trained, labelOf).values()));
  if (train.length === 0 || k < 2) throw tooFew(dataset, trained);
  const dealt = dealFolds(trained, k, labelOf, random(task.seed, "split folds"));
  const foldOf = new Map([...dealt].flatMap(([rows, fold]) => rows.map((row) => [row, fold] as const)));

  const largest = whole.reduce((most, rows) => Math.max(most, rows.length), 0);
  const report = {
    given: (["train", "dev", "test"] as const).filter((name) => name !== "train" && has(name)),
    testOverlap: overlap(dataset, test, [...train, ...dev]),
    devOverlap: overlap(dataset, dev, train),
    clusters: trained.filter((rows) => rows.length > 1).length + countWholly(whole, (row) => part.get(row) === "test"),
  };
  return {
    seed: task.seed,
    train,
    dev,
    test,
    folds: [...train, ...dev].map((row) => foldOf.get(row) as number),
    k,
    report: {
      ...report,
      remarks: remarks({ train, dev, test, k, labelOf, straddling: straddling(all, part), largest, apart, ...report }),
    },
  };
}

/** What a row is stratified by: its label; of several the one that stands in the fewest rows, "" where there is none. */
function strata(examples: readonly Example[], kind: KindName): (row: number) => string {
  const { labelsIn } = kindOf(kind);
  const labels = examples.map(({ target }) => (target === null ? [] : [...new Set(labelsIn(target))]));
  const rows = new Map<string, number>();
  for (const label of labels.flat()) rows.set(label, (rows.get(label) ?? 0) + 1);
  const count = (label: string): number => rows.get(label) ?? 0;
  return (row) => labels[row].reduce((least, l) => (least === "" || count(l) < count(least) ? l : least), "");
}

/** A fifth; of few rows up to three tenths, so that the test part reaches a hundred. */
function testShare(rows: number): number {
  return Math.max(0.2, Math.min(0.3, 100 / Math.max(1, rows)));
}

/** Rows of `part` whose text, case and spacing folded, also stands in `others`. */
function overlap(dataset: Dataset, part: readonly number[], others: readonly number[]): number {
  if (part.length === 0) return 0;
  const texts = new Set(others.map((row) => foldText(dataset.examples[row].text)));
  return part.filter((row) => texts.has(foldText(dataset.examples[row].text))).length;
}

/** Test rows with a row of train or dev, and dev rows with a row of train, in their component. */
function straddling(all: readonly Component[], part: ReadonlyMap<number, Part>): number {
  return all.reduce((n, rows) => {
    const count = (name: Part): number => rows.filter((row) => part.get(row) === name).length;
    const [train, dev, test] = [count("train"), count("dev"), count("test")];
    return n + (train + dev > 0 ? test : 0) + (train > 0 ? dev : 0);
  }, 0);
}

function countWholly(all: readonly Component[], inside: (row: number) => boolean): number {
  return all.filter((rows) => rows.length > 1 && rows.every(inside)).length;
}

function sum(all: readonly Component[]): number {
  return all.reduce((n, rows) => n + rows.length, 0);
}

function tooFew(dataset: Dataset, trained: readonly Component[]): Fault {
  const rows = sum(trained);
  return new Fault("split/too-few", {
    what: "there are too few rows to train on one part and judge on another",
    where: dataset.examples[0]?.source.file,
    why: `${rows} labelled rows in ${trained.length} groups or clusters, and no label has two that can be parted`,
    remedy: "bring more labelled rows (a few dozen a label is a fair beginning), or a finer group column",
  });
}
