import type { Tensor } from "../../base/tensor.ts";
import { openTrainer } from "../../engine/training/trainer.ts";
import type { Graph, Initialiser } from "../../graph/index.ts";
import { type Fake, throughFakes } from "../../graph/quantise/fake.ts";
import type { RunSettings, Taught } from "./divergence.ts";
import { hintsApart, hintsOf, openHints } from "./hints.ts";
import { withLoss } from "./loss.ts";
import { ApartTables, type Feeds } from "./tables.ts";

export interface StudentOptions extends RunSettings {
  readonly seed: number;
  /** Of the distillation (graph/training/distil); 2 when not told. */
  readonly temperature?: number;
  /** How far the child's answers are from the parent's as it begins. */
  readonly apart: number;
  /** Batches that are learned from. */
  readonly batches: readonly Feeds[];
  /** Of what the teacher says in numbers: the mean of their squares. */
  readonly size: number;
}

/** At 1 a sure answer says next to nothing beside its label. */
const TEMPERATURE = 2;

/** A model in training that reads its weights rounded, and learns what its parent says and gives inside. */
export interface Student {
  /** One step; the loss before it. */
  step(batch: Taught, rate: number): Promise<number>;
  /** Copies of the present weights, in floating point. */
  weights(): Promise<ReadonlyMap<string, Tensor>>;
  close(): Promise<void>;
}

/** Tables that lose little are left as they are; those that are rounded are trained by the rows that a batch touches. */
export async function openStudent(
  parent: Graph,
  start: Graph,
  fakes: ReadonlyMap<string, Fake>,
  options: StudentOptions,
): Promise<Student> {
  const { engine, threads, seed, temperature = TEMPERATURE } = options;
  const inside = hintsOf(parent, fakes);
  const tables = new ApartTables(start, new Set(fakes.keys()));
  const still = untrained(tables.graph, fakes);
  const off = await hintsApart(parent, inside, fakes, options.batches, options);
  // As the child begins, what it gives inside counts as much as what it says.
  const weight = off === 0 ? 0 : options.apart / off;
  const { graph, loss } = withLoss(tables.graph, { ...options, temperature, weight, hints: inside.map((v) => v.name) });
  const trainer = await openTrainer(engine, graph, {
    loss,
    parameters: tables.graph.initialisers.flatMap((v) => (isTrained(v) && !still.has(v.name) ? [v.name] : [])),
    through: throughFakes(fakes),
    inputGradients: tables.trained,
    optimiser: { kind: "adamw", decay: 0 },
    clip: 1,
    dropout: false,
    threads,
    seed,
  });
  const hints = await openHints(parent, inside, options);
  return {
    async step({ feeds: given, teacher, weights }, rate) {
      const { feeds, ids } = tables.feeds(given);
      const fed = { ...feeds, ...(await hints.of(given)), teacher, row_weights: weights };
      const { loss: before, clip, inputGradients } = await trainer.step(fed, rate);
      tables.update(ids, inputGradients, { clip, rate, t: trainer.steps });
      return before;
    },
    async weights() {
      return new Map([...(await trainer.parameters()), ...tables.values()]);
    },
    async close() {
      await hints.close();
      await trainer.close();
    },
  };
}

/** Tables that keep their digits: whole, they would cost a step more than they could mend. */
function untrained(graph: Graph, fakes: ReadonlyMap<string, Fake>): Set<string> {
  return new Set(
    graph.nodes.flatMap((node) => {
      const [table] = node.inputs;
      return node.op === "Gather" && table?.tensor !== undefined && !fakes.has(table.name) ? [table.name] : [];
    }),
  );
}

/** Weights with names of their own; numbers that stand alone are constants of a formula. */
function isTrained({ name, type, tensor }: Initialiser): boolean {
  return type === "float32" && tensor.data.length > 1 && !name.startsWith("constant_");
}
