import type { ModelHeader } from "../model/readers/header.ts";
import { cachePrecisions, type CachePrecision } from "./cache.ts";
import { longestContext, unitOf } from "./longest.ts";
import { needsOf, type NeedsOptions } from "./needs.ts";
import { atOtherPrecisions } from "./other-precisions.ts";

/** One way to make a model fit: what is given up, and what it takes then. */
export interface Option {
  readonly what: string;
  readonly total: number;
}

/** A context that is worth having. */
const LEAST_CONTEXT = 512;

/**
 * What would make the model fit, the mildest first: each thing given up alone, and where none is enough, precision together with
 * the rest. Empty where nothing helps.
 */
export function giveUp(header: ModelHeader, options: NeedsOptions, budget: number): readonly Option[] {
  const alone = [...coarserCaches(header, options), ...smallerBatch(header, options)].filter((o) => o.total <= budget);
  const shorter = shorterContext(header, options, budget);
  const coarser = coarserWeights(header, options, budget, "");
  const ways = [...alone, ...shorter, ...coarser];
  if (ways.length > 0) return ways;
  const context = Math.min(options.context, LEAST_CONTEXT);
  const cached = header.program === null && (header.architecture?.cache.length ?? 0) > 0;
  const least = { ...options, context, batch: 1, cache: cached ? ("q4_0" as const) : options.cache };
  const also = [
    lengthOf(context, options),
    ...(options.batch > 1 ? ["a batch of 1"] : []),
    ...(cached ? ["the cache at q4_0"] : []),
  ];
  return coarserWeights(header, least, budget, `, with ${also.join(" and ")}`);
}

function lengthOf(context: number, options: NeedsOptions): string {
  return unitOf(options) === "tokens" ? `a context of ${context}` : `texts of ${context} characters`;
}

function coarserCaches(header: ModelHeader, options: NeedsOptions): Option[] {
  if (header.program !== null || needsOf(header, options).cache === 0) return [];
  const names = Object.keys(cachePrecisions) as CachePrecision[];
  return names
    .slice(names.indexOf(options.cache) + 1)
    .map((cache) => ({ what: `the cache at ${cache}`, total: needsOf(header, { ...options, cache }).total }));
}

function smallerBatch(header: ModelHeader, options: NeedsOptions): Option[] {
  return options.batch > 1 ? [{ what: "a batch of 1", total: needsOf(header, { ...options, batch: 1 }).total }] : [];
}

function shorterContext(header: ModelHeader, options: NeedsOptions, budget: number): Option[] {
  const context = longestContext(header, options, budget);
  if (context === null || context < LEAST_CONTEXT || context >= options.context) return [];
  return [{ what: lengthOf(context, options), total: needsOf(header, { ...options, context }).total }];
}

function coarserWeights(header: ModelHeader, options: NeedsOptions, budget: number, also: string): Option[] {
  const best = atOtherPrecisions(header, options, budget).find((o) => o.fits);
  return best === undefined ? [] : [{ what: `the weights at ${best.precision}${also}`, total: best.total }];
}
