/** What answering costs, as far as the user says: every number here is an assumption, stated in the report with its date. */
export interface CostSpec {
  /** Of every price here and in the price table. */
  readonly currency: string;
  /** Price of the machine that answers. */
  readonly devicePrice: number;
  /** Years until it is written off. */
  readonly lifeYears: number;
  /** Share of its life in which it answers; 0 < busy ≤ 1. */
  readonly busy: number;
  /** Power drawn while it answers. */
  readonly watts: number;
  readonly electricityPerKwh: number;
  /** Texts answered with less confidence than this would go to the generalist. */
  readonly escalateBelow: number;
  /** Tokens of instructions that a generalist would be sent with each text. */
  readonly promptTokens: number;
  /** Tokens it would answer with. */
  readonly answerTokens: number;
  /** When these were true: a date such as 2026-11-01. */
  readonly dated: string;
  /** Generalists to compare with; none are known until the user gives some. */
  readonly prices: readonly Price[];
}

export interface Price {
  readonly name: string;
  /** Price of a million tokens read. */
  readonly input: number;
  /** Price of a million tokens written. */
  readonly output: number;
  readonly dated: string;
}

export const defaultCost: CostSpec = {
  currency: "EUR",
  devicePrice: 600,
  lifeYears: 4,
  busy: 0.1,
  watts: 30,
  electricityPerKwh: 0.3,
  escalateBelow: 0.5,
  promptTokens: 300,
  answerTokens: 5,
  dated: "2026-11-01",
  prices: [],
};
