import type { FaultCode } from "../base/fault.ts";

/** What the importer made of the user's files: the rows it could read, and every row it refused with the reason. */
export interface Dataset {
  readonly examples: readonly Example[];
  readonly refused: readonly Refusal[];
  /**
   * For each example the index of the first example of its cluster: texts that are equal, or nearly so, share one. A row
   * that is alone is its own cluster.
   */
  readonly clusters: readonly number[];
  readonly audit: Audit;
}

export type Part = "train" | "dev" | "test";

export interface Example {
  /** Stable across imports: hash of file role, text and target, with a counter for exact repeats. 16 hex digits. */
  readonly id: string;
  readonly text: string;
  /** The right answer in the printed form of the kind (classify: the label; extract, redact: spans/span); null where a row has none. */
  readonly target: string | null;
  /** Further labels that the row itself carries, one an annotator, repeats included; empty where there was one. */
  readonly alternatives: readonly string[];
  readonly group: string | null;
  /** The file's other columns, as text; they can define slices. */
  readonly columns: Readonly<Record<string, string>>;
  readonly source: Source;
  /** The part that the user's files put it in: train unless it came in by --dev or --test. */
  readonly given: Part;
  /** It came by `data add`, after the task's own rows, and has no say in how those are split. */
  readonly added?: true;
}

export interface Source {
  readonly file: string;
  /** 1-based line (or row, for Parquet). */
  readonly line: number;
}

export interface Refusal {
  readonly source: Source;
  readonly code: FaultCode;
  readonly why: string;
}

/** What a careful person would want to know before training. Lists are bounded; counts are whole. */
export interface Audit {
  readonly rows: number;
  readonly refused: number;
  readonly unlabelled: number;
  readonly labels: readonly LabelCount[];
  /** Labels with fewer rows than can be split and judged. */
  readonly rare: readonly LabelCount[];
  readonly lengths: { readonly p5: number; readonly p50: number; readonly p95: number; readonly max: number };
  readonly exactDuplicates: number;
  readonly nearDuplicates: { readonly rows: number; readonly examples: readonly Pair[] };
  /** Equal texts (case and spacing folded) under different labels. */
  readonly conflicts: { readonly texts: number; readonly rows: number; readonly examples: readonly Conflict[] };
  /**
   * Where several labels stand for one text: the share of its pairs of labels that agree, averaged over those texts (the
   * observed agreement of Fleiss 1971); null where there are none.
   */
  readonly agreement: { readonly texts: number; readonly share: number } | null;
  /** Bare values of fields that stand nowhere in their text; of kinds with spans. */
  readonly unplaced: { readonly values: number; readonly rows: number; readonly listed: readonly Unplaced[] };
  /** Remarks in plain words, most important first. */
  readonly remarks: readonly string[];
}

/** A value that nothing can be trained on. */
export interface Unplaced {
  readonly source: Source;
  readonly label: string;
  readonly value: string;
}

export interface LabelCount {
  readonly label: string;
  readonly n: number;
}

export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly similarity: number;
}

export interface Conflict {
  readonly text: string;
  readonly labels: readonly string[];
  readonly rows: number;
}
