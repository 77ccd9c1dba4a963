import type { Markup } from "../markup.ts";

export interface Section {
  /** Anchor on the page. */
  readonly id: string;
  /** Which of the nine stages it tells of. */
  readonly stage: string;
  readonly title: string;
  readonly body: Markup;
}
