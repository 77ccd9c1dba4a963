import type { Tensor } from "../../base/tensor.ts";

/** The gradients of several batches summed, each already multiplied by what its batch counts. */
export class Sums {
  readonly gradients: Record<string, Tensor> = {};
  /** Σ of what the batches count. */
  weight = 0;
  /** Σ of loss times what its batch counts. */
  #loss = 0;
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Takes in what a run gave; the first batch's arrays become the sums. */
  add(results: Readonly<Record<string, Tensor>>): void {
    const weight = Number(results.batch_weight.data[0]);
    this.weight += weight;
    this.#loss += weight * Number(results.loss.data[0]);
    for (const name of this.#names) {
      const more = results[`gradient.${name}`];
      const sum = (this.gradients[name] ??= more).data as Float32Array;
      if (sum === more.data) continue;
      for (let i = 0; i < sum.length; i++) sum[i] += (more.data as Float32Array)[i];
    }
  }

  /** The mean loss over all that counts. */
  get loss(): number {
    return this.#loss / this.weight;
  }

  /** √Σ² of the sums. */
  get norm(): number {
    let squares = 0;
    for (const { data } of Object.values(this.gradients)) for (const g of data as Float32Array) squares += g * g;
    return Math.sqrt(squares);
  }
}
