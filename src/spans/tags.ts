import type { Span } from "./span.ts";

/**
 * The scheme BIO (Ramshaw & Marcus 1995): tag 0 is O, outside; 1 + 2k is B of label k, the first token of a span; 2 + 2k
 * is I of label k, every further one. I follows only B or I of its own label.
 */
export const OUTSIDE = 0;

export function tagCount(labels: number): number {
  return 2 * labels + 1;
}

export function beginTag(label: number): number {
  return 1 + 2 * label;
}

export function insideTag(label: number): number {
  return 2 + 2 * label;
}

/** The label of a tag, -1 for O. */
export function labelOf(tag: number): number {
  return tag === OUTSIDE ? -1 : (tag - 1) >> 1;
}

/** Whether `to` may follow `from`; a text begins and ends as if O stood around it. */
export function allowed(from: number, to: number): boolean {
  return to === OUTSIDE || to % 2 === 1 || from === to || from === to - 1;
}

/**
 * The tags of tokens under spans that are in order and do not overlap. A span is widened to the tokens it touches; where
 * two touch the same token it is the first one's.
 */
export function tagsOf(spans: readonly Span[], tokens: Int32Array, labels: readonly string[]): Int32Array<ArrayBuffer> {
  const n = tokens.length / 2;
  const tags = new Int32Array(n);
  const numbers = new Map(labels.map((label, k) => [label, k]));
  let t = 0;
  for (const { start, end, label } of spans) {
    const k = numbers.get(label);
    if (k === undefined) throw new RangeError(`no such label: ${label}`);
    while (t < n && tokens[2 * t + 1] <= start) t++;
    for (let tag = beginTag(k); t < n && tokens[2 * t] < end; t++, tag = insideTag(k)) tags[t] = tag;
  }
  return tags;
}

/** The spans, in order, that cut a token: tags would give them back wider. */
export function spansCuttingTokens<S extends Span>(spans: readonly S[], tokens: Int32Array): S[] {
  const n = tokens.length / 2;
  let t = 0;
  return spans.filter(({ start, end }) => {
    while (t < n && tokens[2 * t + 1] <= start) t++;
    if (t < n && tokens[2 * t] < start) return true;
    let last = t;
    while (last < n && tokens[2 * last + 1] <= end) last++;
    return last < n && tokens[2 * last] < end;
  });
}

/** Runs of tags as [first token, token after the last, label] triples; an I that follows nothing of its label begins. */
export function runsOf(tags: ArrayLike<number>): [first: number, end: number, label: number][] {
  const runs: [number, number, number][] = [];
  for (let t = 0; t < tags.length; t++) {
    const tag = tags[t];
    if (tag === OUTSIDE) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === t && tag % 2 === 0 && last[2] === labelOf(tag)) last[1] = t + 1;
    else runs.push([t, t + 1, labelOf(tag)]);
  }
  return runs;
}

/** The spans that tags mark, from the first token's start to the last one's end. */
export function spansOf(tags: ArrayLike<number>, tokens: Int32Array, labels: readonly string[]): Span[] {
  return runsOf(tags).map(([first, end, label]) => ({
    start: tokens[2 * first],
    end: tokens[2 * end - 1],
    label: labels[label],
  }));
}
