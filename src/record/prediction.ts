/** What a predictor answers for one text, in the form of its kind. These are the public JSON shapes. */
export interface ClassifyPrediction {
  readonly label: string;
  /** Calibrated probability of `label`. */
  readonly confidence: number;
  /** Whether the text belongs to the task at all; null until a threshold is fitted. */
  readonly in_scope: boolean | null;
  readonly scores: Readonly<Record<string, number>>;
  /** Present when the text was longer than the model's window and was read in several: how many. */
  readonly windows?: number;
}

export type Prediction = ClassifyPrediction;
