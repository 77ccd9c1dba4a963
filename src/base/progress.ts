/** Long work says how far it is; a face decides how that looks. */
export interface Progress {
  /** `done` of `total` units of a piece of work; `total` undefined where nobody knows. */
  report(event: ProgressEvent): void;
}

export interface ProgressEvent {
  /** One of the nine stages. */
  readonly stage: string;
  /** What is being worked on: "linear, fold 2 of 5". */
  readonly label: string;
  readonly done: number;
  readonly total?: number;
  /** Something worth a line of its own, printed once and kept. */
  readonly note?: string;
}

export const silent: Progress = { report: () => undefined };
