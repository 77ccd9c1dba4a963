import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import type { Progress } from "../../base/progress.ts";
import type { Engine, Program } from "../../engine/port.ts";
import type { Answer } from "../../record/answer.ts";
import type { Damage } from "../../record/damage.ts";
import type { Margins } from "../../record/task.ts";
import { type DamageSides, damageOf, type NamedItem } from "../../stages/compare/index.ts";
import { divergence, type Said } from "../../stages/quantise/divergence.ts";
import type { Estimate } from "../../stats/estimate.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import type { Adapter } from "./adapter.ts";
import { type Cells, feedsWith } from "./feeds.ts";
import { noneFits, type ReadRows, type RefusedRow, type Refusals, refusals } from "./rows.ts";
import { outputKind } from "./output-kind.ts";
import { checkOutput, probabilitiesOf } from "./said.ts";

/** How parent and child answer the same rows. */
export interface Judged {
  readonly rows: number;
  readonly refused: Refusals;
  readonly agreement: Agreement;
  /** Of the rows with a label; null where none has one. */
  readonly damage: Damage | null;
}

export interface Agreement {
  /** The share of rows that both answer alike. */
  readonly share: Estimate;
  /** Mean KL(parent ‖ child) of the answers, in nats. */
  readonly divergence: number;
  /** By the parent's answer, the one with the most rows answered otherwise first. */
  readonly labels: readonly { readonly label: string; readonly n: number; readonly share: Estimate }[];
}

export interface JudgeOptions {
  readonly read: ReadRows;
  readonly adapter: Adapter;
  /** Paths of both models, with their bytes. */
  readonly parent: DamageSides["parent"];
  readonly child: DamageSides["child"];
  readonly margins: Margins;
  readonly engine: Engine;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Both models answer every row that fits; nothing of a row but its answers is kept. */
export async function judge(options: JudgeOptions): Promise<Judged> {
  const { read, adapter, engine, progress, signal, parent, child } = options;
  const base = await engine.load({ path: parent.name });
  try {
    const head = await engine.load({ path: child.name });
    try {
      checkOutput(base.outputs, adapter);
      checkSlices(read, adapter);
      const feedsOf = feedsWith(base.inputs, read.file, adapter);
      const refused: RefusedRow[] = [...read.refused];
      const answered: Answered[] = [];
      const kinds = outputKind(adapter);
      for (const [done, { line, cells }] of read.rows.entries()) {
        progress.report({ stage: "quantise", label: "both models answer", done, total: read.rows.length });
        const { target, why } = labelled(cells, adapter);
        const feeds = why ?? feedsOf(cells);
        if (typeof feeds === "string") {
          refused.push({ line, why: feeds });
          continue;
        }
        const said = async (program: Program): Promise<Float64Array> => {
          const results = await program.run(feeds, { fetch: [adapter.output.name], signal });
          const result = results[adapter.output.name];
          if (program === base) kinds.note(result);
          return probabilitiesOf(result, adapter);
        };
        const [p, q] = [await said(base), await said(head)];
        if (!p.every(Number.isFinite)) {
          refused.push({ line, why: "the model that is quantised answers with what is no number" });
          continue;
        }
        if (!q.every(Number.isFinite)) throw brokenChild(child.name, `${read.file}:${line}`);
        answered.push(answeredOf(line, cells, target, p, q, adapter));
      }
      kinds.refuse(parent.name);
      if (answered.length === 0) throw noneFits(read.file, refused);
      return { rows: answered.length, refused: refusals(refused), ...judgedOf(answered, options) };
    } finally {
      await head.close();
    }
  } finally {
    await base.close();
  }
}

/** A column that no row has is a slip of the pen, and its slice would be the whole. */
function checkSlices({ file, rows }: ReadRows, { slices }: Adapter): void {
  const columns = [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))];
  const odd = slices.find((name) => !columns.includes(name));
  if (odd === undefined || rows.length === 0) return;
  const near = nearest(odd, columns);
  throw new Fault("adapter/column", {
    what: `no row of ${file} has the column ${JSON.stringify(odd)}, of which slices were to be made`,
    why: `its columns are ${columns.slice(0, 20).join(", ")}`,
    remedy: near === undefined ? "name columns of the rows under slices" : `did you mean ${JSON.stringify(near)}?`,
  });
}

function brokenChild(path: string, where: string): Fault {
  return new Fault("quantise/outputs", {
    what: `${path} answers with what is no number, and the model that it is made from does not`,
    where,
    why: "a value went past what its form holds",
    remedy: "take another form, or --keep the weights before it",
  });
}

interface Answered extends Omit<NamedItem, "target"> {
  readonly target: string | null;
  readonly divergence: number;
}

function answeredOf(
  line: number,
  cells: Cells,
  target: string | null,
  p: Float64Array,
  q: Float64Array,
  { labels, slices, group: groupColumn }: Adapter,
): Answered {
  const columns = Object.fromEntries(slices.map((name) => [name, printed(cells[name])]));
  const answer = (of: Float64Array): Answer => {
    const best = of.reduce((b, v, i) => (v > of[b] ? i : b), 0);
    return { label: labels[best], confidence: Math.min(1, Math.max(0, of[best])) };
  };
  const group = groupColumn === undefined ? null : printed(cells[groupColumn]) || null;
  return {
    id: `line ${line}`,
    text: "",
    target,
    columns,
    group,
    base: answer(p),
    head: answer(q),
    divergence: kl(p, q),
  };
}

const printed = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);

/** KL(p ‖ q) of one row, in nats. */
export function kl(p: Float64Array, q: Float64Array): number {
  const one = (probabilities: Float64Array): Said => ({ rows: 1, width: probabilities.length, probabilities });
  return divergence(one(p), one(q));
}

/** The row's label, null where it has none; or why the row is refused. */
function labelled(cells: Cells, { label, labels }: Adapter): { readonly target: string | null; readonly why?: string } {
  if (label === undefined || !Object.hasOwn(cells, label) || cells[label] === null || cells[label] === "")
    return { target: null };
  const name = printed(cells[label]);
  if (labels.includes(name)) return { target: name };
  const near = nearest(name, labels);
  const hint = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
  const why = `${JSON.stringify(label)}: the adapter does not know the label ${JSON.stringify(name.slice(0, 80))}${hint}`;
  return { target: null, why };
}

function judgedOf(answered: readonly Answered[], options: JudgeOptions): Pick<Judged, "agreement" | "damage"> {
  const { parent, child, margins } = options;
  const items = answered.flatMap((row): NamedItem[] => (row.target === null ? [] : [{ ...row, target: row.target }]));
  const damage =
    items.length === 0 ? null : damageOf(items, { kind: "classify", spans: null, margins }, { parent, child });
  return {
    agreement: agreementOf(answered),
    // Inputs are no texts here: there is one slice by length, and it is the whole.
    damage: damage && { ...damage, slices: damage.slices.filter(({ name }) => !name.startsWith("length=")) },
  };
}

export function agreementOf(
  rows: readonly { readonly base: Answer; readonly head: Answer; readonly divergence: number }[],
): Agreement {
  const groups = new Map<string, { n: number; same: number }>();
  let alike = 0;
  let divergence = 0;
  for (const { base, head, ...row } of rows) {
    const group = groups.get(base.label) ?? { n: 0, same: 0 };
    const same = base.label === head.label ? 1 : 0;
    groups.set(base.label, { n: group.n + 1, same: group.same + same });
    alike += same;
    divergence += row.divergence;
  }
  const labels = [...groups].sort(([a, x], [b, y]) => y.n - y.same - (x.n - x.same) || (a < b ? -1 : 1));
  return {
    share: wilson(alike, rows.length),
    divergence: divergence / rows.length,
    labels: labels.map(([label, { n, same }]) => ({ label, n, share: wilson(same, n) })),
  };
}
