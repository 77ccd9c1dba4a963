import { normalise } from "../text/normalise.ts";
import { tokensOf } from "./tokens.ts";

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What stands around the values of one label, and around other stretches of the same texts that look alike. */
export interface LabelContexts {
  /** How often a context was seen around a value; one with k places counts 1/k for each. */
  readonly seen: Map<string, number>;
  values: number;
  /** The same around any token that begins as the values do (with a digit or not), so far as they were sampled. */
  readonly anywhere: Map<string, number>;
  tokens: number;
}

export type Contexts = ReadonlyMap<string, Readonly<LabelContexts>>;

/** A value with all its places. */
export interface PlacedValue {
  readonly text: string;
  readonly label: string;
  readonly places: readonly Stretch[];
}

const LINE = 60;
/** Tokens of one text that are looked at for what stands anywhere. */
const SAMPLE = 12;

/**
 * What stands around a stretch, folded, digits read as one sign: what leads up to it on its line, or where it begins a
 * line, the line above; the word before it; the word behind it; and whether that line or the one above names the label.
 */
export function contextsAround(text: string, { start, end }: Stretch, label: string): string[] {
  const lines = text.slice(Math.max(0, start - 2 * LINE), start).split(/\r?\n/);
  const own = masked((lines.pop() as string).slice(-LINE));
  const above = masked((lines.findLast((line) => line.trim() !== "") ?? "").slice(-LINE));
  const behind = text.slice(end, end + LINE);
  const name = masked(label.replace(/[_-]/g, " "));
  return [
    own === "" ? `above ${above}` : `line ${own}`,
    `before ${/[^ ]*$/.exec(own === "" ? above : own)?.[0] ?? ""}`,
    `behind ${/^[^\S\n]*\n/.test(behind) ? "/" : (/^[^ ]*/.exec(masked(behind))?.[0] ?? "")}`,
    name !== "" && (own.includes(name) || above.includes(name)) ? "named" : "unnamed",
  ];
}

export function countContexts(values: readonly PlacedValue[]): Contexts {
  const counts = new Map<string, LabelContexts>();
  for (const { text, label, places } of values) {
    if (places.length === 0) continue;
    let held = counts.get(label);
    if (held === undefined) counts.set(label, (held = { seen: new Map(), values: 0, anywhere: new Map(), tokens: 0 }));
    held.values++;
    for (const place of places) add(held.seen, contextsAround(text, place, label), 1 / places.length);
    for (const token of sample(text, isDigit(text, places[0].start))) {
      held.tokens++;
      add(held.anywhere, contextsAround(text, token, label), 1);
    }
  }
  return counts;
}

/**
 * How much a place looks like the label's: the sum over its contexts of the logarithm of how much more often they are
 * seen there than anywhere, each with one sighting added.
 */
export function usualness(contexts: Contexts, label: string, text: string, place: Stretch): number {
  const counts = contexts.get(label);
  if (counts === undefined) return 0;
  const scale = counts.tokens === 0 ? 0 : counts.values / counts.tokens;
  return contextsAround(text, place, label).reduce((sum, context) => {
    const seen = counts.seen.get(context) ?? 0;
    return sum + Math.log((seen + 1) / ((counts.anywhere.get(context) ?? 0) * scale + 1));
  }, 0);
}

function add(counts: Map<string, number>, contexts: readonly string[], weight: number): void {
  for (const context of contexts) counts.set(context, (counts.get(context) ?? 0) + weight);
}

/** Evenly spread tokens that begin with a digit, or that do not. */
function sample(text: string, digits: boolean): Stretch[] {
  const tokens = tokensOf(text);
  const alike: Stretch[] = [];
  for (let t = 0; t < tokens.length; t += 2) {
    if (isDigit(text, tokens[t]) === digits) alike.push({ start: tokens[t], end: tokens[t + 1] });
  }
  const stride = Math.ceil(alike.length / SAMPLE);
  return alike.filter((_, i) => i % stride === 0);
}

function isDigit(text: string, at: number): boolean {
  return text[at] >= "0" && text[at] <= "9";
}

function masked(text: string): string {
  return normalise(text).replace(/[0-9]+/g, "0");
}
