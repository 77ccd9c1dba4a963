import { type Builder, builder } from "../build.ts";
import type { Dim } from "../dim.ts";
import type { Graph, Value } from "../ir.ts";

/** The sizes and the type of one step, and what its values are called, which no other graph around it uses. */
export interface StepSizes {
  readonly type: "float32" | "float64";
  readonly batch: Dim;
  readonly hidden: number;
  readonly prefix: string;
}

/** A step's graph as it grows: every value of it under a name of its own. */
class Step {
  readonly b: Builder;
  readonly #sizes: StepSizes;
  #count = 0;

  constructor(name: string, sizes: StepSizes) {
    this.b = builder(name);
    this.#sizes = sizes;
  }

  #name(): string {
    return `${this.#sizes.prefix}/${this.#count++}`;
  }

  inputs(count: number, width = this.#sizes.hidden): Value[] {
    const { type, batch } = this.#sizes;
    return Array.from({ length: count }, () => this.b.input(this.#name(), type, [batch, width]));
  }

  matrix(rows: number, columns: number): Value {
    return this.b.input(this.#name(), this.#sizes.type, [rows, columns]);
  }

  add = (p: Value, q: Value): Value => this.b.op("Add", [p, q], {}, this.#name());
  mul = (p: Value, q: Value): Value => this.b.op("Mul", [p, q], {}, this.#name());
  matmul = (p: Value, q: Value): Value => this.b.op("MatMul", [p, q], {}, this.#name());
  beside = (...parts: readonly Value[]): Value => this.b.op("Concat", parts, { axis: 1 }, this.#name());

  finish(...outputs: readonly Value[]): Graph {
    for (const v of outputs) this.b.output(this.#name(), v);
    return this.b.finish();
  }
}

/** The cell of an LSTM by its gates alone: c′ = f⊙c + i⊙g. State c; reads f and i⊙g; gives c′. */
export function cellStep(sizes: StepSizes): Graph {
  const s = new Step("cell", sizes);
  const [c, forget, fresh] = s.inputs(3);
  const next = s.add(s.mul(forget, c), fresh);
  return s.finish(next, next);
}

/** One step of an RNN on the way back. State: dh. With δ = dh + dy: gives da = δ⊙s; then dh = da·R, which it captures. */
export function rnnStepBack(sizes: StepSizes): Graph {
  const s = new Step("rnn.back", sizes);
  const [dh, dy, slope] = s.inputs(3);
  const r = s.matrix(sizes.hidden, sizes.hidden);
  const da = s.mul(s.add(dh, dy), slope);
  return s.finish(s.matmul(da, r), da);
}

/**
 * One step of an LSTM on the way back. States: the cotangents of h and c. Reads the cotangent of this step's h; slopes of
 * c and of the four gates' sums (each gate's slope times what it is multiplied with), and f; captures R. With
 * δh = dh + dy and δc = dc + δh⊙s_c: gives da = [δc⊙s_i, δh⊙s_o, δc⊙s_f, δc⊙s_g]; then dh = da·R and dc = δc⊙f.
 */
export function lstmStepBack(sizes: StepSizes): Graph {
  const s = new Step("lstm.back", sizes);
  const [dh, dc, dy, ofCell, ofI, ofO, ofF, ofG, forget] = s.inputs(9);
  const r = s.matrix(4 * sizes.hidden, sizes.hidden);
  const h = s.add(dh, dy);
  const c = s.add(dc, s.mul(h, ofCell));
  const da = s.beside(s.mul(c, ofI), s.mul(h, ofO), s.mul(c, ofF), s.mul(c, ofG));
  return s.finish(s.matmul(da, r), s.mul(c, forget), da);
}

/**
 * One step of a GRU on the way back. State: the cotangent of h. Reads the cotangent of this step's h, slopes of the sums of
 * the gates z, r and of the new state, z and r; captures R (linear before the reset) or its parts R_zr and R_h. With
 * δ = dh + dy: da_z = δ⊙s_z, da_n = δ⊙s_n, and
 *   linear before the reset: dq = da_n⊙r, da_r = da_n⊙s_r, dh = δ⊙z + [da_z, da_r, dq]·R;
 *   after it: dm = da_n·R_h, da_r = dm⊙s_r, dh = δ⊙z + dm⊙r + [da_z, da_r]·R_zr.
 * Gives [da_z, da_r, da_n], and in the first form [da_z, da_r, dq] too.
 */
export function gruStepBack(sizes: StepSizes, linearBeforeReset: boolean): Graph {
  const s = new Step("gru.back", sizes);
  const n = sizes.hidden;
  const [dh, dy, ofZ, ofR, ofN, z, r] = s.inputs(7);
  const h = s.add(dh, dy);
  const [dz, dn] = [s.mul(h, ofZ), s.mul(h, ofN)];
  if (linearBeforeReset) {
    const weights = s.matrix(3 * n, n);
    const dr = s.mul(dn, ofR);
    const towards = s.beside(dz, dr, s.mul(dn, r));
    return s.finish(s.add(s.mul(h, z), s.matmul(towards, weights)), s.beside(dz, dr, dn), towards);
  }
  const [gates, fresh] = [s.matrix(2 * n, n), s.matrix(n, n)];
  const dm = s.matmul(dn, fresh);
  const dr = s.mul(dm, ofR);
  const through = s.add(s.mul(h, z), s.mul(dm, r));
  return s.finish(s.add(through, s.matmul(s.beside(dz, dr), gates)), s.beside(dz, dr, dn));
}
