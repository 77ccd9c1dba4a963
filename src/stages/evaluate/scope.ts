import { random } from "../../base/random.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import type { Scope } from "../../record/cliff.ts";

/** The share of the task's own texts that must stay in scope when the threshold is fitted. */
export const KEEP = 0.95;

/**
 * Fits the least confidence of texts that belong: of all thresholds that keep a share `KEEP` of the inside, the one with
 * the greatest sum of inside kept and outside refused (Youden's J under that bound), the lowest among equals. Both kinds of
 * rows are halved by a seeded shuffle; one half fits, the other judges.
 */
export function fitScope(
  inside: readonly number[],
  outside: readonly number[],
  seed: number,
): Omit<Scope, "refused" | "repeated"> {
  const [fitInside, judgeInside] = halves(inside, seed, "scope inside");
  const [fitOutside, judgeOutside] = halves(outside, seed, "scope outside");
  const threshold = bestThreshold(fitInside, fitOutside);
  return {
    threshold,
    keep: KEEP,
    fitted: { inside: fitInside.length, outside: fitOutside.length },
    refused_outside: wilson(judgeOutside.filter((c) => c < threshold).length, judgeOutside.length),
    kept_inside: wilson(judgeInside.filter((c) => c >= threshold).length, judgeInside.length),
  };
}

/** Thresholds lie midway between confidences that occur, so that another machine's last bits change no verdict. */
function bestThreshold(inside: readonly number[], outside: readonly number[]): number {
  const levels = [...new Set([...inside, ...outside])].sort((a, b) => a - b);
  const below = (sorted: readonly number[]): ((level: number) => number) => {
    let at = 0;
    return (level) => {
      while (at < sorted.length && sorted[at] < level) at++;
      return at;
    };
  };
  const lost = below([...inside].sort((a, b) => a - b));
  const refused = below([...outside].sort((a, b) => a - b));
  let best = { threshold: 0, gain: 0 };
  for (let i = 1; i < levels.length; i++) {
    const threshold = (levels[i - 1] + levels[i]) / 2;
    const share = lost(threshold) / inside.length;
    if (share > 1 - KEEP + 1e-12) break;
    const gain = refused(threshold) / outside.length - share;
    if (gain > best.gain) best = { threshold, gain };
  }
  return best.threshold;
}

function halves(values: readonly number[], seed: number, name: string): [number[], number[]] {
  const mixed = random(seed, name).shuffle([...values]);
  const middle = mixed.length >> 1;
  return [mixed.slice(0, middle), mixed.slice(middle)];
}
