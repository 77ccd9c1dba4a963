/**
 * Which rows train, choose and judge. Indices point into the dataset's examples. Laws: the three parts are disjoint;
 * a group, and a cluster of near-duplicates, stands on one side of every split that whittle makes; given parts are kept.
 */
export interface Split {
  readonly seed: number;
  readonly train: readonly number[];
  readonly dev: readonly number[];
  readonly test: readonly number[];
  /** The fold (0 … k-1) of each row of train+dev, in the order train then dev. */
  readonly folds: readonly number[];
  readonly k: number;
  readonly report: SplitReport;
}

export interface SplitReport {
  /** Parts that the user's files gave. */
  readonly given: readonly string[];
  /** Test rows whose text (case and spacing folded) also stands in train or dev: kept, counted, shown. */
  readonly testOverlap: number;
  readonly devOverlap: number;
  /** Clusters of near-duplicates and groups that were kept together. */
  readonly clusters: number;
  readonly remarks: readonly string[];
}
