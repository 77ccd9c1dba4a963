import { z } from "zod";
import { type CostSpec, defaultCost } from "../../record/cost.ts";

/** The sections cost: and prices: of whittle.yaml. */

const amount = (wanted: string, high: number): z.ZodNumber => {
  const error = `${wanted} is wanted here, a number from 0 to ${high}`;
  return z.number({ error }).min(0, { error }).max(high, { error });
};
const above0 = (wanted: string, high: number): z.ZodNumber => {
  const error = `${wanted} is wanted here, a number above 0 and at most ${high}`;
  return z.number({ error }).positive({ error }).max(high, { error });
};
const date = z.iso.date({ error: "a date such as 2026-11-01 is wanted here" });
const currency = z
  .string({ error: "a currency such as EUR is wanted here" })
  .regex(/^\p{L}{1,8}$|^\p{Sc}$/u, { error: "a currency such as EUR is wanted here" });

export const costSchema = z.strictObject(
  {
    currency: currency.optional(),
    device_price: amount("the price of the device", 1e9).optional(),
    life_years: above0("the years until the device is written off", 100).optional(),
    busy: above0("the share of its life in which the device answers", 1).optional(),
    watts: amount("the power drawn while answering", 1e6).optional(),
    electricity_per_kwh: amount("the price of a kWh", 1e6).optional(),
    escalate_below: amount("a confidence", 1).optional(),
    prompt_tokens: amount("a number of tokens", 1e7).optional(),
    answer_tokens: amount("a number of tokens", 1e7).optional(),
    dated: date.optional(),
  },
  { error: mapOf("device_price, watts, electricity_per_kwh and the like", "what answering costs") },
);

export const priceSchema = z.strictObject(
  {
    name: z.string({ error: "a name is wanted here" }).min(1, { error: "a name is wanted here" }).max(80, {
      error: "a name of at most 80 characters is wanted here",
    }),
    input: amount("the price of a million tokens read", 1e6),
    output: amount("the price of a million tokens written", 1e6),
    dated: date,
  },
  { error: mapOf("name, input, output and dated", "a price") },
);

export const pricesSchema = z.array(priceSchema, { error: "a list of prices is wanted here" }).max(100, {
  error: "at most 100 prices are wanted here",
});

type WrittenCost = z.infer<typeof costSchema>;

/** What is written, the rest at its default. */
export function costOf(written: WrittenCost, prices: CostSpec["prices"]): CostSpec {
  return {
    currency: written.currency ?? defaultCost.currency,
    devicePrice: written.device_price ?? defaultCost.devicePrice,
    lifeYears: written.life_years ?? defaultCost.lifeYears,
    busy: written.busy ?? defaultCost.busy,
    watts: written.watts ?? defaultCost.watts,
    electricityPerKwh: written.electricity_per_kwh ?? defaultCost.electricityPerKwh,
    escalateBelow: written.escalate_below ?? defaultCost.escalateBelow,
    promptTokens: written.prompt_tokens ?? defaultCost.promptTokens,
    answerTokens: written.answer_tokens ?? defaultCost.answerTokens,
    dated: written.dated ?? defaultCost.dated,
    prices,
  };
}

/** As whittle.yaml writes it, without the prices. */
export function writtenCost(cost: CostSpec): Required<WrittenCost> {
  return {
    currency: cost.currency,
    device_price: cost.devicePrice,
    life_years: cost.lifeYears,
    busy: cost.busy,
    watts: cost.watts,
    electricity_per_kwh: cost.electricityPerKwh,
    escalate_below: cost.escalateBelow,
    prompt_tokens: cost.promptTokens,
    answer_tokens: cost.answerTokens,
    dated: cost.dated,
  };
}

function mapOf(keys: string, what: string): (issue: { readonly code?: string }) => string | undefined {
  return (issue) => (issue.code === "invalid_type" ? `${what} is wanted here, as a map with ${keys}` : undefined);
}
