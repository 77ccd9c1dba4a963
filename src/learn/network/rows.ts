/**
 * A table of embeddings whose rows are trained where they are touched alone: lazy Adam (as SparseAdam in PyTorch). A row's
 * moments stand still while no batch reads it; the bias correction goes by the number of steps of all.
 */
export class TrainedRows {
  readonly width: number;
  readonly values: Float32Array<ArrayBuffer>;
  readonly #m: Float32Array;
  readonly #v: Float32Array;

  /** Values [rows, width], row-major; they are trained in place. */
  constructor(values: Float32Array<ArrayBuffer>, width: number) {
    this.values = values;
    this.width = width;
    this.#m = new Float32Array(values.length);
    this.#v = new Float32Array(values.length);
  }

  /** The rows of some ids, one after another. */
  gather(ids: Int32Array): Float32Array<ArrayBuffer> {
    const { values, width } = this;
    const rows = new Float32Array(ids.length * width);
    for (let i = 0; i < ids.length; i++) rows.set(values.subarray(ids[i] * width, (ids[i] + 1) * width), i * width);
    return rows;
  }

  /** One Adam step of the rows `ids` (distinct) with their gradients [ids, width], multiplied by `scale` first. */
  update(ids: Int32Array, gradients: Float32Array, scale: number, rate: number, t: number): void {
    const { values, width } = this;
    const [m, v] = [this.#m, this.#v];
    const step = rate / (1 - BETA1 ** t);
    const correction = 1 / (1 - BETA2 ** t);
    for (let i = 0; i < ids.length; i++) {
      const base = ids[i] * width;
      for (let j = 0; j < width; j++) {
        const g = gradients[i * width + j] * scale;
        const at = base + j;
        const nextM = BETA1 * m[at] + (1 - BETA1) * g;
        const nextV = BETA2 * v[at] + (1 - BETA2) * g * g;
        m[at] = nextM;
        v[at] = nextV;
        values[at] -= (step * nextM) / (Math.sqrt(nextV * correction) + EPSILON);
      }
    }
  }

  /** Values and moments, to be saved: [values, m, v]. */
  state(): Float32Array[] {
    return [this.values, this.#m, this.#v];
  }

  restore([values, m, v]: readonly Float32Array[]): void {
    this.values.set(values);
    this.#m.set(m);
    this.#v.set(v);
  }
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
