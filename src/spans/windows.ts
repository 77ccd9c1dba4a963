import { Fault } from "../base/fault.ts";

/** Tokens [first, end) of a text that are read together. */
export interface TokenWindow {
  readonly first: number;
  readonly end: number;
}

/**
 * A text of n tokens in windows of at most `window`, each sharing at least `overlap` tokens with the one before it. As
 * few as that takes, all of one length: a last window of three tokens would say little. A text without tokens has no
 * window.
 */
export function tokenWindows(n: number, window: number, overlap: number): TokenWindow[] {
  if (!(Number.isInteger(window) && Number.isInteger(overlap) && overlap >= 0 && overlap < window)) {
    throw new Fault("spans/window", {
      what: `windows of ${window} tokens that share ${overlap} cannot be made`,
      why: "both are whole numbers, and a window is longer than what it shares",
    });
  }
  if (n === 0) return [];
  if (n <= window) return [{ first: 0, end: n }];
  const count = Math.ceil((n - overlap) / (window - overlap));
  // All windows begin within the first `last` + 1 tokens, evenly; none begins more than window − overlap after another.
  const length = Math.ceil((n - overlap) / count) + overlap;
  const last = n - length;
  return Array.from({ length: count }, (_, i) => {
    const first = Math.floor((i * last) / (count - 1));
    return { first, end: first + length };
  });
}

/**
 * Emissions [n, tags] of a text from those of its windows, [tokens of the window, tags] each: a token's are taken from
 * the window that shows most of the text on its scarcer side, the earlier one of equals.
 */
export function stitch(
  windows: readonly TokenWindow[],
  emissions: readonly Float32Array[],
  tags: number,
): Float32Array<ArrayBuffer> {
  const n = windows.at(-1)?.end ?? 0;
  const result = new Float32Array(n * tags);
  for (let w = 0; w < windows.length; w++) {
    const { first } = windows[w];
    const from = w === 0 ? 0 : boundary(windows[w - 1], windows[w]);
    const to = w === windows.length - 1 ? n : boundary(windows[w], windows[w + 1]);
    result.set(emissions[w].subarray((from - first) * tags, (to - first) * tags), from * tags);
  }
  return result;
}

/** The first token that stands deeper in the later window: what is before it belongs to the earlier one. */
function boundary(earlier: TokenWindow, later: TokenWindow): number {
  // Token i has i − later.first tokens before it in the later window, and earlier.end − 1 − i behind it in the earlier.
  return Math.floor((later.first + earlier.end - 1) / 2) + 1;
}
