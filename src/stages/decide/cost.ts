import type { CostSpec, Price } from "../../record/cost.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import { type Estimate, isKnown, undetermined } from "../../stats/estimate.ts";

/**
 * What a million predictions cost here and elsewhere. Everything but the latency and the share escalated is the user's
 * assumption; an interval is the measurement's own, carried through.
 */

const MILLION = 1e6;
const HOURS_PER_YEAR = 8766;
const SECONDS_PER_HOUR = 3600;

/** Price of one hour of answering: the device written off over the hours it answers. */
export function deviceHour({ devicePrice, lifeYears, busy }: CostSpec): number {
  return devicePrice / (lifeYears * HOURS_PER_YEAR * busy);
}

/** Price of one hour of power. */
export function powerHour({ watts, electricityPerKwh }: CostSpec): number {
  return (watts / 1000) * electricityPerKwh;
}

/** Hours that a million predictions take one after another, by the median latency in milliseconds. */
export function hoursPerMillion(p50: Estimate): Estimate {
  return scaled(p50, MILLION / 1000 / SECONDS_PER_HOUR);
}

/** A million predictions on the measured machine: its hours, times what an hour of device and power costs. */
export function costPerMillion(p50: Estimate, spec: CostSpec): Estimate {
  return scaled(hoursPerMillion(p50), deviceHour(spec) + powerHour(spec));
}

/** A million texts by a generalist: (prompt + text) tokens read and the answer written, at its price of a million tokens. */
export function generalistPerMillion(price: Price, textTokens: number, spec: CostSpec): number {
  return (spec.promptTokens + textTokens) * price.input + spec.answerTokens * price.output;
}

/** The share of answers that would be escalated, being less confident than the threshold. */
export function shareEscalated(confidences: readonly number[], { escalateBelow }: CostSpec): Estimate {
  return wilson(confidences.filter((c) => c < escalateBelow).length, confidences.length);
}

/** A million texts of which a share goes on to the generalist after it was answered here. */
export function blendedPerMillion(here: Estimate, escalated: Estimate, generalist: number): Estimate {
  if (!isKnown(here)) return here;
  if (!isKnown(escalated)) return escalated;
  return {
    value: here.value + escalated.value * generalist,
    low: here.low + escalated.low * generalist,
    high: here.high + escalated.high * generalist,
    n: escalated.n,
    level: escalated.level,
    method: "both intervals added, end to end",
  };
}

/**
 * Texts after which the device has paid for itself: its whole price, over what one text costs less here (power, and the
 * share escalated) than by the generalist for all. Undetermined where an end of the intervals never breaks even.
 */
export function breakEven(p50: Estimate, escalated: Estimate, generalist: number, spec: CostSpec): Estimate {
  if (!isKnown(p50)) return p50;
  if (!isKnown(escalated)) return escalated;
  const power = (ms: number): number => (ms / 1000 / SECONDS_PER_HOUR) * powerHour(spec);
  const at = (ms: number, share: number): number => {
    const saved = ((1 - share) * generalist) / MILLION - power(ms);
    return saved > 0 ? spec.devicePrice / saved : Infinity;
  };
  const value = at(p50.value, escalated.value);
  const high = at(p50.high, escalated.high);
  const n = escalated.n;
  if (value === Infinity) return undetermined("a text costs no less here than there, so it never breaks even", n);
  if (high === Infinity) return undetermined("at the unfavourable end of the intervals it never breaks even", n);
  return { value, low: at(p50.low, escalated.low), high, n, level: escalated.level, method: "ends of both intervals" };
}

/** Characters of a text → tokens that a generalist would count, at four characters a token: a rule of thumb. */
export function tokensOf(characters: number): number {
  return characters / 4;
}

function scaled(estimate: Estimate, factor: number): Estimate {
  if (!isKnown(estimate)) return estimate;
  const { value, low, high } = estimate;
  return { ...estimate, value: value * factor, low: low * factor, high: high * factor };
}
