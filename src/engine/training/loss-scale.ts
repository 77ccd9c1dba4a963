import { float32, type Tensor } from "../../base/tensor.ts";
import { lossScaleOf, type LossScaleOptions, MOST } from "../../graph/training/loss-scale.ts";

/** The scale of a loss in mixed precision with the optimiser beside the engine: the sums of `graph/training/loss-scale`. */
export class LossScale {
  readonly #interval: number;
  readonly #scale: Tensor<"float32">;
  readonly #clean: Tensor<"float32">;

  constructor(options: LossScaleOptions) {
    const { start, interval } = lossScaleOf(options);
    this.#interval = interval;
    this.#scale = float32([], [start]);
    this.#clean = float32([], [0]);
  }

  get value(): number {
    return this.#scale.data[0];
  }

  /** Views, by the names that they have in the graph. */
  get state(): Readonly<Record<string, Tensor>> {
    return { loss_scale: this.#scale, clean_steps: this.#clean };
  }

  /** Takes note of an update that was made, or left out as its gradients overflowed. */
  took(finite: boolean): void {
    const clean = finite ? this.#clean.data[0] + 1 : 0;
    const full = clean >= this.#interval;
    if (!finite) this.#scale.data[0] /= 2;
    else if (full) this.#scale.data[0] = Math.min(MOST, 2 * this.value);
    this.#clean.data[0] = full ? 0 : clean;
  }
}
