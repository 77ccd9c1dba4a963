import type { Random } from "../../base/random.ts";
import { MOST_WINDOW } from "../../features/tokens/spec.ts";
import { wordBit } from "../../features/tokens/words.ts";
import { tagCount } from "../../spans/tags.ts";
import { ForwardBackward } from "./forward-backward.ts";
import type { CrfProblem } from "./problem.ts";

/** Parts of a gradient nearer to zero are not followed: late in training nearly all of them are. */
const SLIGHT = 1e-4;
const EPSILON = 1e-6;

/** What a look at a text leaves out, so that nothing is leant on too much. */
export interface Dropout {
  /** Share of the features of each token. */
  readonly dropout: number;
  /** Share of the words: nothing that tells which word it is (TokenRows.tells) is seen, as with a word never met. */
  readonly hiding: number;
}

/** The parameters with AdaGrad's sums of squares, and one step of learning. */
export class Learner {
  readonly weights: Float32Array<ArrayBuffer>;
  readonly transitions: Float64Array<ArrayBuffer>;
  private readonly squares: Float32Array;
  private readonly stepSquares: Float64Array;
  private readonly expected: Float64Array;
  private readonly problem: CrfProblem;
  private readonly tags: number;
  private readonly sums: ForwardBackward;
  private readonly dropout: number;
  private readonly hiding: number;
  private readonly stream: Random;
  private emissions = new Float32Array(0);
  /** Features of the text that were not dropped: token t of it has kept[starts[t] .. starts[t + 1]), each times `tags`. */
  private kept = new Int32Array(1024);
  private starts = new Int32Array(256);
  private readonly moved: Int32Array;
  private readonly slopes: Float64Array;

  /** Which words near each token are hidden, as the bits of TokenRows.tells. */
  private hidden = new Int32Array(256);

  constructor(problem: CrfProblem, { dropout, hiding }: Dropout, stream: Random) {
    const tags = tagCount(problem.labels);
    const steps = (tags + 1) ** 2;
    this.problem = problem;
    this.tags = tags;
    this.dropout = dropout;
    this.hiding = hiding;
    this.stream = stream;
    this.weights = new Float32Array(problem.rows.features * tags);
    this.squares = new Float32Array(this.weights.length);
    this.transitions = new Float64Array(steps);
    this.stepSquares = new Float64Array(steps);
    this.expected = new Float64Array(steps);
    this.sums = new ForwardBackward(problem.labels);
    this.moved = new Int32Array(tags);
    this.slopes = new Float64Array(tags);
  }

  /** Learns from texts: weights after each, steps after all. Returns the sum of -log p(tags | text). */
  learn(texts: Int32Array, rate: number): number {
    const { transitions, stepSquares, expected } = this;
    this.sums.steps(transitions);
    expected.fill(0);
    let loss = 0;
    for (const text of texts) loss += this.text(text, rate);
    for (let i = 0; i < expected.length; i++) {
      const slope = expected[i];
      if (slope === 0) continue;
      stepSquares[i] += slope * slope;
      transitions[i] -= (rate * slope) / (Math.sqrt(stepSquares[i]) + EPSILON);
    }
    return loss;
  }

  private text(text: number, rate: number): number {
    const { rows, tags: gold } = this.problem;
    const from = rows.texts[text];
    const n = rows.texts[text + 1] - from;
    if (n === 0) return 0;
    this.emit(from, n);
    const logZ = this.sums.run(this.emissions, n, this.expected);
    const { tags, transitions, expected, emissions } = this;
    const stride = tags + 1;
    let score = 0;
    let before = tags;
    for (let t = 0; t <= n; t++) {
      const tag = t < n ? gold[from + t] : tags;
      const step = before * stride + tag;
      score += transitions[step] + (t < n ? emissions[t * tags + tag] : 0);
      expected[step]--;
      before = tag;
    }
    for (let t = 0; t < n; t++) this.token(t, gold[from + t], rate);
    return logZ - score;
  }

  /** Emissions with dropout, scaled so that their expectation is that of all features. */
  private emit(from: number, n: number): void {
    const { tags, weights, dropout, stream } = this;
    const { offsets, ids, tells } = this.problem.rows;
    this.hide(n);
    const most = offsets[from + n] - offsets[from];
    if (this.kept.length < most) this.kept = new Int32Array(most * 2);
    if (this.starts.length <= n) this.starts = new Int32Array(n * 2 + 1);
    if (this.emissions.length < n * tags) this.emissions = new Float32Array(n * tags * 2);
    const { emissions, hidden, kept, starts } = this;
    const threshold = dropout * 0x100000000;
    const scale = 1 / (1 - dropout);
    let used = 0;
    emissions.fill(0, 0, n * tags);
    for (let t = 0; t < n; t++) {
      const row = t * tags;
      starts[t] = used;
      for (let i = offsets[from + t]; i < offsets[from + t + 1]; i++) {
        if ((tells[ids[i]] & hidden[t]) !== 0 || (dropout > 0 && stream.u32() < threshold)) continue;
        const at = ids[i] * tags;
        kept[used++] = at;
        for (let k = 0; k < tags; k++) emissions[row + k] += weights[at + k];
      }
      if (dropout > 0) for (let k = 0; k < tags; k++) emissions[row + k] *= scale;
    }
    starts[n] = used;
  }

  private hide(n: number): void {
    if (this.hidden.length < n) this.hidden = new Int32Array(n * 2);
    const { hidden, hiding, stream } = this;
    hidden.fill(0, 0, n);
    if (hiding === 0) return;
    for (let t = 0; t < n; t++) {
      if (stream.u32() >= hiding * 0x100000000) continue;
      for (let k = Math.max(0, t - MOST_WINDOW); k <= Math.min(n - 1, t + MOST_WINDOW); k++)
        hidden[k] |= wordBit(t - k);
    }
  }

  /** ∂/∂emission = p(tag) - [tag is right], handed to every feature that the token kept. */
  private token(t: number, gold: number, rate: number): void {
    const { tags, weights, squares, kept, starts, moved, slopes } = this;
    const { marginals } = this.sums;
    const scale = 1 / (1 - this.dropout);
    let count = 0;
    for (let k = 0; k < tags; k++) {
      const slope = marginals[t * tags + k] - (k === gold ? 1 : 0);
      if (slope > -SLIGHT && slope < SLIGHT) continue;
      moved[count] = k;
      slopes[count++] = slope * scale;
    }
    if (count === 0) return;
    for (let i = starts[t]; i < starts[t + 1]; i++) {
      for (let j = 0; j < count; j++) {
        const at = kept[i] + moved[j];
        const slope = slopes[j];
        squares[at] += slope * slope;
        weights[at] -= (rate * slope) / (Math.sqrt(squares[at]) + EPSILON);
      }
    }
  }
}
