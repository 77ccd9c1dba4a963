import { Fault } from "../../base/fault.ts";
import type { Dataset, Example } from "../../record/dataset.ts";
import type { MadeRecord } from "../../record/made.ts";
import { idAt, predictionAt, type Predictions, readPredictions, TOP } from "../../record/predictions.ts";
import { pairwiseAgreement } from "../../stats/agreement.ts";
import { type Estimate, isKnown, undetermined } from "../../stats/estimate.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import { labelSuspects } from "../../stats/label-noise.ts";
import type { Store } from "../../store/port.ts";
import { foldText } from "../../text/nearduplicate.ts";
import { type KeptRun, measuredOf, runs } from "../history/history.ts";
import { type SpanDoubt, spanDoubts } from "./span-suspects.ts";

/** A row whose label deserves a second look. */
export interface SuspectRow {
  readonly id: string;
  readonly where: string;
  readonly text: string;
  readonly given: string;
  readonly likely: string;
  readonly confidence: number;
  /** The model's probability of the label that was given; null for spans, where it is not known. */
  readonly givenChance: number | null;
  /** Of kinds with spans: where the marks and the model disagree, the surest first. */
  readonly doubts?: readonly SpanDoubt[];
}

export interface LabelReport {
  readonly kind: string;
  /** The run whose held-out predictions these are. */
  readonly run: KeptRun;
  readonly suspects: readonly SuspectRow[];
  /** Share of pairs of labels on one text that agree, where texts have several. */
  readonly agreement: Estimate;
  readonly ceiling: Ceiling;
}

/** What accuracy can at most be hoped for on these labels. */
export interface Ceiling {
  readonly accuracy: Estimate;
  readonly method: string;
}

/** Labels under suspicion, agreement and the likely ceiling, by the newest make's best run; each row was held out from its model. */
export function labelReport(store: Store): LabelReport {
  const run = bestOfNewest(store);
  const { kind } = measuredOf(store, run).evaluation;
  const told = readPredictions(store.blobs.get(run.predictions));
  const { examples } = JSON.parse(new TextDecoder().decode(store.blobs.get(run.dataset))) as Dataset;
  const byId = new Map(examples.map((example) => [example.id, example]));
  const suspects = kind === "classify" ? disputedLabels(told, byId) : disputedSpans(told, byId);
  const agreement = agreementOf(examples);
  return { kind, run, suspects, agreement, ceiling: ceilingOf(agreement, told.n - suspects.length, told.n) };
}

function disputedLabels(told: Predictions, byId: ReadonlyMap<string, Example>): SuspectRow[] {
  const { given, top, chances, labels } = told;
  const found = labelSuspects({ given, likely: top, chances, width: TOP, classes: labels.length });
  return found.flatMap(({ row, likely, chance, given: own }): SuspectRow[] => {
    const example = byId.get(idAt(told, row));
    if (example === undefined) return [];
    const { file, line } = example.source;
    return [
      {
        id: example.id,
        where: `${file}:${line}`,
        text: example.text,
        given: labels[given[row]],
        likely: labels[likely],
        confidence: chance,
        givenChance: own,
      },
    ];
  });
}

function disputedSpans(told: Predictions, byId: ReadonlyMap<string, Example>): SuspectRow[] {
  const rows = Array.from({ length: told.n }, (_, row) => predictionAt(told, row));
  const suspects = spanDoubts(rows).flatMap((found, row): SuspectRow[] => {
    const { id, target, label, confidence } = rows[row];
    const example = byId.get(id);
    if (example === undefined || found.length === 0) return [];
    const { file, line } = example.source;
    const doubts = [...found].sort((a, b) => b.chance - a.chance);
    const common = { id, where: `${file}:${line}`, text: example.text, given: target, likely: label };
    return [{ ...common, confidence, givenChance: null, doubts }];
  });
  const surest = ({ doubts }: SuspectRow): number => doubts?.[0].chance ?? 0;
  return suspects.sort((a, b) => surest(b) - surest(a));
}

/** Of the newest make's runs the one with the best figure, of those judged on the most rows. */
export function bestOfNewest(store: Store): KeptRun {
  const made = store.list<MadeRecord>("make").at(-1)?.record;
  const all = runs(store).filter((run) => made === undefined || made.measured.includes(run.key));
  const value = (run: KeptRun): number => (isKnown(run.figure) ? run.figure.value : -Infinity);
  const [best] = [...all].sort((a, b) => b.n - a.n || value(b) - value(a));
  if (best !== undefined) return best;
  throw new Fault("history/empty", {
    what: "no candidate has been measured here yet",
    remedy: "run whittle make first: labels are judged by its held-out predictions",
  });
}

/** Labels that stand for one text (case and spacing folded), from rows of their own or as a list in one. */
export function agreementOf(examples: readonly Example[]): Estimate {
  const ids = new Map<string, number>();
  const texts = new Map<string, number[]>();
  for (const { text, target, alternatives } of examples) {
    if (target === null) continue;
    const key = foldText(text);
    const labels = texts.get(key) ?? [];
    texts.set(key, labels);
    for (const label of [target, ...alternatives]) {
      if (!ids.has(label)) ids.set(label, ids.size);
      labels.push(ids.get(label) as number);
    }
  }
  const several = [...texts.values()].filter((labels) => labels.length >= 2);
  return several.length === 0 ? undetermined("no text has labels of several people", 0) : pairwiseAgreement(several);
}

/** By what people agree on where several labelled one text; else by what a held-out model does not confidently dispute. */
function ceilingOf(agreement: Estimate, undisputed: number, n: number): Ceiling {
  if (isKnown(agreement)) {
    return {
      accuracy: agreement,
      method: "agreement of people: the share of pairs of labels on one text that are the same",
    };
  }
  return {
    accuracy: wilson(undisputed, n),
    method: "confident learning: the share of labels that the held-out model does not confidently dispute",
  };
}
