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

/** A field's value in the normal form of its type: an ISO date, a decimal amount with its currency, a text. */
export type FieldValue = string | number | { readonly amount: string; readonly currency: string | null };

export interface ExtractPrediction {
  /** By field: its value, a list where it may have many, null where none was found. */
  readonly fields: Readonly<Record<string, FieldValue | readonly FieldValue[] | null>>;
  readonly spans: readonly ExtractedSpan[];
  readonly windows?: number;
}

export interface ExtractedSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  /** As the text writes it. */
  readonly text: string;
  readonly confidence: number;
}

export interface RedactPrediction {
  /** The text with everything found in it replaced. */
  readonly text: string;
  /** What was found, by its place in the text as it came; the words themselves are not repeated. */
  readonly spans: readonly RedactedSpan[];
  readonly windows?: number;
}

export interface RedactedSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly confidence: number;
  readonly replacement: string;
}

export type Prediction = ClassifyPrediction | ExtractPrediction | RedactPrediction;
