import { join } from "node:path";
import type { Graph } from "../../src/graph/index.ts";
import type { Answers } from "../../src/learn/heal/said.ts";
import type { Feeds } from "../../src/learn/heal/tables.ts";

/** A model with inputs of its kind. */
export interface Tried extends Answers {
  readonly parent: Graph;
  /** Batches that GPTQ and healing see. */
  readonly learned: readonly Feeds[];
  /** Texts, files, pictures in them. */
  readonly inputs: number;
  /** Inputs that neither the model nor any rounding was made with, one by one. */
  readonly judged: readonly Feeds[];
  readonly epochs: number;
}

export type Load = () => Promise<Tried | undefined> | Tried | undefined;

export const root = join(import.meta.dirname, "../..");
export const shared = process.env["WHITTLE_SHARED"] ?? join(root, "../shared");
