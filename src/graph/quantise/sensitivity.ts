import type { Graph } from "../ir.ts";
import { quantise } from "./quantise.ts";
import { sitesOf } from "./site.ts";
import { unstack } from "./unstack.ts";
import type { Choice, Form, QuantiseSpec } from "./spec.ts";

export interface SearchOptions {
  /** Settings of every model tried. Its `to` is the form that weights have before any is made smaller. */
  readonly spec: QuantiseSpec;
  /** Forms tried for each weight. */
  readonly forms: readonly Form[];
  /** How much worse a model is than its parent, on inputs of the caller's: 0 is no worse. */
  readonly damage: (graph: Graph) => number | Promise<number>;
  /** The most damage that is borne. */
  readonly limit: number;
  /** How many models of the curve are measured beside those that the search needs; 8 when not told. */
  readonly points?: number;
}

/** One weight in one form, all others left as they were. */
export interface Sensitivity {
  readonly weight: string;
  readonly to: Form;
  readonly bytesSaved: number;
  readonly damage: number;
}

export interface CurvePoint {
  readonly nodes: readonly Choice[];
  readonly bytes: number;
  readonly damage: number;
}

export interface SearchResult {
  /** Every weight in every form that takes it, in the order of the graph. */
  readonly sensitivities: readonly Sensitivity[];
  /** The models measured, from the largest to the smallest. */
  readonly curve: readonly CurvePoint[];
  /** The smallest model measured within the limit; undefined where even the first is not. */
  readonly best: CurvePoint | undefined;
  /** What makes it: the search's spec with its choices. */
  readonly spec: QuantiseSpec | undefined;
}

/**
 * Searches for the smallest model whose damage is borne. Each weight is first made smaller alone; then weights follow
 * one another, always the step with the least damage a byte saved. Damage is taken to add up only to find that order:
 * what is chosen was measured whole, by halving between the last model within the limit and the first beyond it.
 */
export async function smallest(graph: Graph, options: SearchOptions): Promise<SearchResult> {
  const { spec, limit } = options;
  const measured = new Map<number, CurvePoint>();
  const make = (choices: readonly Choice[]) => quantise(graph, { ...spec, nodes: [...choices, ...(spec.nodes ?? [])] });
  const measure = async (choices: readonly Choice[]): Promise<CurvePoint> => {
    const made = make(choices);
    return { nodes: choices, bytes: made.report.bytesAfter, damage: await options.damage(made.graph) };
  };
  const start = await measure([]);
  const sensitivities = await alone(graph, options, start, make);
  const steps = order(sensitivities, start.damage);
  const choicesAt = (n: number): Choice[] => {
    const forms = new Map(steps.slice(0, n).map((s) => [s.weight, s.to]));
    return [...forms].map(([match, to]) => ({ match, to }));
  };
  const at = async (n: number): Promise<CurvePoint> => {
    const point = measured.get(n) ?? (await measure(choicesAt(n)));
    measured.set(n, point);
    return point;
  };
  measured.set(0, start);
  const count = Math.min(options.points ?? 8, steps.length);
  for (let i = 1; i <= count; i++) await at(Math.round((i * steps.length) / count));
  // The farthest model known to be within the limit, and the nearest beyond it.
  let within = -1;
  let beyond = steps.length + 1;
  for (const [n, { damage }] of measured) if (damage <= limit) within = Math.max(within, n);
  for (const n of measured.keys()) if (n > within) beyond = Math.min(beyond, n);
  while (within >= 0 && beyond - within > 1) {
    const middle = (within + beyond) >> 1;
    if ((await at(middle)).damage <= limit) within = middle;
    else beyond = middle;
  }
  const curve = [...measured].sort(([a], [b]) => a - b).map(([, point]) => point);
  const best = curve
    .filter((p) => p.damage <= limit)
    .reduce<CurvePoint | undefined>((b, p) => (b && b.bytes <= p.bytes ? b : p), undefined);
  return { sensitivities, curve, best, spec: best && { ...spec, nodes: [...best.nodes, ...(spec.nodes ?? [])] } };
}

async function alone(
  graph: Graph,
  options: SearchOptions,
  start: CurvePoint,
  make: (choices: readonly Choice[]) => ReturnType<typeof quantise>,
): Promise<Sensitivity[]> {
  const result: Sensitivity[] = [];
  for (const weight of new Set(sitesOf(unstack(graph)).map((s) => s.weight.name))) {
    for (const to of options.forms) {
      const { graph: child, report } = make([{ match: weight, to }]);
      const bytesSaved = start.bytes - report.bytesAfter;
      const taken = report.nodes.some((n) => n.weight === weight && n.to === to);
      if (taken && bytesSaved > 0) result.push({ weight, to, bytesSaved, damage: await options.damage(child) });
    }
  }
  return result;
}

/** Steps from form to smaller form, a weight at a time, the least damage a byte first. */
function order(sensitivities: readonly Sensitivity[], damage: number): Sensitivity[] {
  const now = new Map<string, { bytesSaved: number; damage: number }>();
  const steps: Sensitivity[] = [];
  for (;;) {
    let next: Sensitivity | undefined;
    let least = Infinity;
    for (const s of sensitivities) {
      const before = now.get(s.weight) ?? { bytesSaved: 0, damage };
      const saved = s.bytesSaved - before.bytesSaved;
      if (saved <= 0) continue;
      const price = (s.damage - before.damage) / saved;
      if (price < least) [next, least] = [s, price];
    }
    if (next === undefined) return steps;
    now.set(next.weight, next);
    steps.push(next);
  }
}
