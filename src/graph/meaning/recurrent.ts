import type { Graph } from "../ir.ts";
import type { recurrent } from "../op/recurrent.ts";
import { array, type NdArray } from "./array.ts";
import { scanParts } from "../shape/recurrent.ts";
import { arg, type Application, intAt, intsAt, type Meaning } from "./call.ts";

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

/** H' = tanh(x·Wᵀ + h·Rᵀ). */
const plain: Step = (on, x, h, c) => [h.map((_, k) => Math.tanh(on.fromInput(0, k, x) + on.fromState(0, k, h))), c];

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

function scan(run: Application): NdArray[] {
  const body = run.attributes.body as Graph;
  const { states, scanned } = scanParts(run.inputs.length, run.attributes);
  const [into, out] = [intsAt(run, "scan_input_directions") ?? [], intsAt(run, "scan_output_directions") ?? []];
  const steps = arg(run, states).dims[0];
  const kept = Array.from({ length: states }, (_, i) => arg(run, i));
  const stacked = body.outputs.slice(states).map((): Float64Array[] => []);
  let shapes = body.outputs.slice(states).map((v) => v.dims as number[]);
  for (let t = 0; t < steps; t++) {
    const feeds = Object.fromEntries(
      body.inputs.map((port, i): [string, NdArray] => {
        if (i < states) return [port.name, kept[i]];
        if (i >= states + scanned) return [port.name, arg(run, i)];
        return [port.name, row(arg(run, i), into[i - states] === 1 ? steps - 1 - t : t)];
      }),
    );
    const made = run.evaluate(body, feeds);
    const results = body.outputs.map((v) => made[v.name]);
    kept.splice(0, states, ...results.slice(0, states));
    results.slice(states).forEach((r, k) => (out[k] === 1 ? stacked[k].unshift(r.data) : stacked[k].push(r.data)));
    shapes = results.slice(states).map((r) => [...r.dims]);
  }
  const whole = stacked.map((rows, k) =>
    array(
      body.outputs[states + k].type,
      [steps, ...shapes[k]],
      rows.flatMap((r) => Array.from(r)),
    ),
  );
  return [...kept, ...whole];
}

/** One step of an input that is read along its first axis. */
function row(a: NdArray, at: number): NdArray {
  const size = a.data.length / a.dims[0];
  return { type: a.type, dims: a.dims.slice(1), data: a.data.slice(at * size, (at + 1) * size) };
}

export const recurrentMeanings = {
  RNN: (run) => recurrence(run, 1, plain).slice(0, run.outputs),
  LSTM: (run) => recurrence(run, 4, lstm).slice(0, run.outputs),
  GRU: (run) => recurrence(run, 3, gru(intAt(run, "linear_before_reset") !== 0)).slice(0, run.outputs),
  Scan: scan,
} satisfies Record<keyof typeof recurrent, Meaning>;
