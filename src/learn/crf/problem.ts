import { Fault } from "../../base/fault.ts";
import type { TokenRows } from "../../features/tokens/rows.ts";
import { allowed, tagCount } from "../../spans/tags.ts";

/** Texts with a tag for every token. */
export interface CrfProblem {
  readonly rows: TokenRows;
  /** Tag of each token (spans/tags), a path that BIO allows within each text. */
  readonly tags: Int32Array;
  readonly labels: number;
}

/**
 * A linear-chain conditional random field (Lafferty, McCallum & Pereira 2001): the score of a path is the sum of its
 * emissions, Σ over the token's features of weights[feature · tags + tag], and its steps, transitions[from, to].
 */
export interface CrfModel {
  readonly features: number;
  readonly tags: number;
  /** [features, tags] */
  readonly weights: Float32Array;
  /** [tags + 1, tags + 1], as in spans/lattice. */
  readonly transitions: Float32Array;
}

export function checkCrfProblem({ rows, tags, labels }: CrfProblem): void {
  const tokens = rows.offsets.length - 1;
  const wrong =
    labels < 1
      ? "there are no labels"
      : tokens === 0
        ? "there are no tokens"
        : tags.length !== tokens
          ? `${tokens} tokens have ${tags.length} tags`
          : pathFault(rows.texts, tags, tagCount(labels));
  if (wrong === undefined) return;
  throw new Fault("learn/problem", {
    what: `a random field cannot be fitted: ${wrong}`,
    remedy: "give at least one label and a tag for every token",
  });
}

function pathFault(texts: Int32Array, tags: Int32Array, count: number): string | undefined {
  for (let r = 0; r + 1 < texts.length; r++) {
    let before = 0;
    for (let t = texts[r]; t < texts[r + 1]; before = tags[t++]) {
      if (tags[t] < 0 || tags[t] >= count) return `a tag lies outside 0 to ${count - 1}`;
      if (!allowed(before, tags[t])) return `tag ${tags[t]} follows tag ${before}`;
    }
  }
  return undefined;
}

/** Emissions of tokens [from, to), [to - from, tags], written to the front of `into`. */
export function emit(model: CrfModel, rows: TokenRows, from: number, to: number, into: Float32Array): void {
  const { tags, weights } = model;
  into.fill(0, 0, (to - from) * tags);
  for (let t = from; t < to; t++) {
    const row = (t - from) * tags;
    for (let i = rows.offsets[t]; i < rows.offsets[t + 1]; i++) {
      const at = rows.ids[i] * tags;
      for (let k = 0; k < tags; k++) into[row + k] += weights[at + k];
    }
  }
}
