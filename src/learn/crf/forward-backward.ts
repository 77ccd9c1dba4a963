import { tagCount } from "../../spans/tags.ts";

/**
 * Sums over all tag paths that BIO allows (spans/tags), for one text at a time, with probabilities in place of their
 * logarithms: α and the emissions are brought to a common scale at every token (Rabiner 1989, section V.A), so that no
 * exponential is taken inside the sums.
 *
 * Parameters of the steps are `transitions` [tags + 1, tags + 1], as in spans/lattice. Steps that BIO bars are never read.
 */
export class ForwardBackward {
  /** p(tag at token | text), [n, tags], after `run`. */
  marginals = new Float64Array(0);
  private readonly tags: number;
  private readonly labels: number;
  /** exp of the steps from every tag into O and the Bs, [tags, labels + 1]. */
  private readonly open: Float64Array;
  /** exp of B to I and I to I, [labels, 2]. */
  private readonly inside: Float64Array;
  private readonly first: Float64Array;
  private readonly last: Float64Array;
  private alpha = new Float64Array(0);
  private scale = new Float64Array(0);
  private psi = new Float64Array(0);
  private beta: Float64Array;
  private ahead: Float64Array;
  private readonly weights: Float64Array;
  private readonly sums: Float64Array;

  constructor(labels: number) {
    const tags = tagCount(labels);
    this.labels = labels;
    this.tags = tags;
    this.open = new Float64Array(tags * (labels + 1));
    this.inside = new Float64Array(2 * labels);
    this.first = new Float64Array(tags);
    this.last = new Float64Array(tags);
    this.beta = new Float64Array(tags);
    this.ahead = new Float64Array(tags);
    this.weights = new Float64Array(labels + 1);
    this.sums = new Float64Array(labels + 1);
  }

  /** Takes the steps that the next runs go by. */
  steps(transitions: ArrayLike<number>): void {
    const { tags, labels, open, inside, first, last } = this;
    const stride = tags + 1;
    for (let from = 0; from < tags; from++) {
      for (let o = 0; o <= labels; o++)
        open[from * (labels + 1) + o] = Math.exp(transitions[from * stride + openTag(o)]);
      last[from] = Math.exp(transitions[from * stride + tags]);
    }
    for (let k = 0; k < labels; k++) {
      inside[2 * k] = Math.exp(transitions[(2 * k + 1) * stride + 2 * k + 2]);
      inside[2 * k + 1] = Math.exp(transitions[(2 * k + 2) * stride + 2 * k + 2]);
    }
    for (let o = 0; o <= labels; o++) first[openTag(o)] = Math.exp(transitions[tags * stride + openTag(o)]);
  }

  /**
   * log Z of n tokens with these emissions [n, tags]; leaves the marginals, and adds to `expected` [tags + 1, tags + 1]
   * how often each step is expected.
   */
  run(emissions: Float32Array | Float64Array, n: number, expected: Float64Array): number {
    const logZ = this.forward(emissions, n);
    this.backward(n, expected);
    return logZ;
  }

  private forward(emissions: Float32Array | Float64Array, n: number): number {
    const { tags, labels, open, inside, sums } = this;
    if (this.alpha.length < n * tags) {
      this.alpha = new Float64Array(2 * n * tags);
      this.psi = new Float64Array(2 * n * tags);
      this.marginals = new Float64Array(2 * n * tags);
      this.scale = new Float64Array(2 * n);
    }
    const { alpha, psi, scale } = this;
    const opens = labels + 1;
    let logZ = 0;
    for (let t = 0; t < n; t++) {
      const row = t * tags;
      let peak = -Infinity;
      for (let k = 0; k < tags; k++) if (emissions[row + k] > peak) peak = emissions[row + k];
      for (let k = 0; k < tags; k++) psi[row + k] = Math.exp(emissions[row + k] - peak);
      logZ += peak;
      if (t === 0) {
        for (let k = 0; k < tags; k++) alpha[k] = this.first[k] * psi[k];
      } else {
        const before = row - tags;
        sums.fill(0);
        for (let from = 0; from < tags; from++) {
          const a = alpha[before + from];
          if (a === 0) continue;
          const steps = from * opens;
          for (let o = 0; o < opens; o++) sums[o] += a * open[steps + o];
        }
        alpha[row] = sums[0] * psi[row];
        for (let k = 0; k < labels; k++) {
          const b = 2 * k + 1;
          alpha[row + b] = sums[k + 1] * psi[row + b];
          alpha[row + b + 1] =
            (alpha[before + b] * inside[2 * k] + alpha[before + b + 1] * inside[2 * k + 1]) * psi[row + b + 1];
        }
      }
      if (t === n - 1) for (let k = 0; k < tags; k++) alpha[row + k] *= this.last[k];
      let sum = 0;
      for (let k = 0; k < tags; k++) sum += alpha[row + k];
      for (let k = 0; k < tags; k++) alpha[row + k] /= sum;
      scale[t] = sum;
      logZ += Math.log(sum);
    }
    return logZ;
  }

  /** α̂ of the last token holds the step out already, so β is 1 there and every marginal is α̂ · β. */
  private backward(n: number, expected: Float64Array): void {
    const { tags, labels, open, inside, alpha, psi, scale, marginals, weights } = this;
    const stride = tags + 1;
    const opens = labels + 1;
    let { beta, ahead } = this;
    ahead.fill(1);
    for (let t = n - 1; t >= 0; t--) {
      const row = t * tags;
      if (t < n - 1) {
        const next = row + tags;
        const lastStep = t === n - 2;
        const over = 1 / scale[t + 1];
        for (let o = 0; o < opens; o++) {
          const tag = openTag(o);
          weights[o] = psi[next + tag] * ahead[tag] * over * (lastStep ? this.last[tag] : 1);
        }
        for (let from = 0; from < tags; from++) {
          const a = alpha[row + from];
          if (a === 0) {
            beta[from] = 0;
            continue;
          }
          const steps = from * opens;
          let sum = 0;
          for (let o = 0; o < opens; o++) sum += open[steps + o] * weights[o];
          beta[from] = sum;
          if (sum > 0) {
            const into = from * stride;
            expected[into] += a * open[steps] * weights[0];
            for (let o = 1; o < opens; o++) expected[into + 2 * o - 1] += a * open[steps + o] * weights[o];
          }
        }
        for (let k = 0; k < labels; k++) {
          const i = 2 * k + 2;
          const weight = psi[next + i] * ahead[i] * over * (lastStep ? this.last[i] : 1);
          for (let from = i - 1; from <= i; from++) {
            const step = inside[2 * k + from - i + 1] * weight;
            beta[from] += step;
            expected[from * stride + i] += alpha[row + from] * step;
          }
        }
        const held = ahead;
        ahead = beta;
        beta = held;
      }
      for (let k = 0; k < tags; k++) marginals[row + k] = alpha[row + k] * ahead[k];
    }
    for (let k = 0; k < tags; k++) {
      expected[tags * stride + k] += marginals[k];
      expected[k * stride + tags] += marginals[(n - 1) * tags + k];
    }
    this.beta = beta;
    this.ahead = ahead;
  }
}

/** The tag of open o: O, then the Bs. */
function openTag(o: number): number {
  return o === 0 ? 0 : 2 * o - 1;
}
