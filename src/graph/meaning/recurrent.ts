import type { recurrent } from "../op/recurrent.ts";
import { array, type NdArray } from "./array.ts";
import { arg, type Application, intAt, type Meaning } from "./call.ts";

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

/** One direction of one node: its weights, and sums of a gate's inputs. */
interface Direction {
  /** x·W_gᵀ + Wb_g for one unit of a gate. */
  readonly fromInput: (gate: number, unit: number, x: Float64Array) => number;
  /** h·R_gᵀ + Rb_g for one unit of a gate. */
  readonly fromState: (gate: number, unit: number, h: Float64Array) => number;
}

function directionOf(run: Application, gates: number, d: number): Direction {
  const [w, r, b] = [arg(run, 1), arg(run, 2), run.inputs[3]];
  const hidden = r.dims[2];
  const sum = (m: NdArray, bias: number) => (gate: number, unit: number, v: Float64Array) => {
    const row = (d * gates + gate) * hidden + unit;
    let total = b === undefined ? 0 : b.data[(2 * d + bias) * gates * hidden + gate * hidden + unit];
    for (let i = 0; i < v.length; i++) total += v[i] * m.data[row * v.length + i];
    return total;
  };
  return { fromInput: sum(w, 0), fromState: sum(r, 1) };
}

/** The states of one step from its input and the states before; `c` is there for the LSTM alone. */
type Step = (on: Direction, x: Float64Array, h: Float64Array, c: Float64Array) => [h: Float64Array, c: Float64Array];

/** Runs each direction over the steps, the reverse one from the last to the first. */
function recurrence(run: Application, gates: number, step: Step): NdArray[] {
  const x = arg(run, 0);
  const [steps, batch, size] = x.dims;
  const hidden = arg(run, 2).dims[2];
  const direction = run.attributes.direction as string;
  const count = direction === "bidirectional" ? 2 : 1;
  const y = array(x.type, [steps, count, batch, hidden]);
  const states = [5, 6].map((i) => array(x.type, [count, batch, hidden], run.inputs[i]?.data));
  for (let d = 0; d < count; d++) {
    const on = directionOf(run, gates, d);
    const backwards = direction === "reverse" || d === 1;
    for (let n = 0; n < batch; n++) {
      const at = (d * batch + n) * hidden;
      let [h, c]: Float64Array[] = states.map((s) => s.data.slice(at, at + hidden));
      for (let t = 0; t < steps; t++) {
        const time = backwards ? steps - 1 - t : t;
        const from = (time * batch + n) * size;
        [h, c] = step(on, x.data.subarray(from, from + size), h, c);
        y.data.set(h, ((time * count + d) * batch + n) * hidden);
      }
      states[0].data.set(h, at);
      states[1].data.set(c, at);
    }
  }
  return [y, ...states];
}

/** Gates i, o, f and c: C' = f⊙C + i⊙c, H' = o⊙tanh(C'). */
const lstm: Step = (on, x, h, c) => {
  const gate = (g: number, k: number): number => on.fromInput(g, k, x) + on.fromState(g, k, h);
  const cell = c.map((v, k) => sigmoid(gate(2, k)) * v + sigmoid(gate(0, k)) * Math.tanh(gate(3, k)));
  return [cell.map((v, k) => sigmoid(gate(1, k)) * Math.tanh(v)), cell];
};

/** Gates z, r and h: H' = (1 − z)⊙h + z⊙H, with r taken before or after the product with the state. */
const gru =
  (after: boolean): Step =>
  (on, x, h, c) => {
    const gate = (g: number): Float64Array => h.map((_, k) => sigmoid(on.fromInput(g, k, x) + on.fromState(g, k, h)));
    const [z, r] = [gate(0), gate(1)];
    const reset = h.map((v, k) => v * r[k]);
    const fresh = (k: number): number =>
      Math.tanh(on.fromInput(2, k, x) + (after ? r[k] * on.fromState(2, k, h) : on.fromState(2, k, reset)));
    return [h.map((v, k) => (1 - z[k]) * fresh(k) + z[k] * v), c];
  };

export const recurrentMeanings = {
  LSTM: (run) => recurrence(run, 4, lstm).slice(0, run.outputs),
  GRU: (run) => recurrence(run, 3, gru(intAt(run, "linear_before_reset") !== 0)).slice(0, run.outputs),
} satisfies Record<keyof typeof recurrent, Meaning>;
