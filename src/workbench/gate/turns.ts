import { Fault } from "../../base/fault.ts";
import type { Predictor } from "../../predict/predictor.ts";

/** Items that both packs are timed on. */
const TIMED = 500;
const WARM_UP = 50;

export interface Turns {
  readonly base: readonly number[];
  readonly head: readonly number[];
}

/**
 * Milliseconds of single predictions of two packs, in turns on the same items and in one run, so that whatever else the machine
 * does meets both. Who goes first changes from item to item: the second finds warmer caches.
 */
export async function timeInTurns(
  base: Predictor,
  head: Predictor,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Turns> {
  const once = async (predictor: Predictor, text: string): Promise<number> => {
    const began = performance.now();
    await predictor.predict(text, { signal }).catch((fault: unknown) => {
      // A text that a model refuses is an answer too, and its time counts.
      if (!(fault instanceof Fault)) throw fault;
    });
    return performance.now() - began;
  };
  const times = { base: [] as number[], head: [] as number[] };
  const asked = texts.length === 0 ? 0 : WARM_UP + TIMED;
  for (let i = 0; i < asked; i++) {
    const text = texts[i % texts.length];
    const order = i % 2 === 0 ? (["base", "head"] as const) : (["head", "base"] as const);
    for (const side of order) {
      const time = await once(side === "base" ? base : head, text);
      if (i >= WARM_UP) times[side].push(time);
    }
  }
  return times;
}
