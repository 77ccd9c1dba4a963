import type { Value } from "../ir.ts";
import type { recurrent } from "../op/recurrent.ts";
import { cellStep, gruStepBack, lstmStepBack, rnnStepBack, type StepSizes } from "./recurrent-steps.ts";
import { type Adjoint, type GradientRow, mul, refuseGradient, type Rule } from "./rule.ts";
import { dimsAlong, transposed } from "./shapes.ts";

/**
 * The way back through RNN, LSTM and GRU, in three parts: what the gates were, for all steps at once, from the states that the
 * node gives; a loop (Scan) from the last step to the first over the cotangents of the gates' sums alone; and the
 * gradients of the weights, one product each over all steps. So the number of steps may be a name.
 */

/** One direction of the node: its weights, its states over the steps, and how it runs. */
interface Direction {
  readonly w: Value;
  readonly r: Value;
  /** Bias of the input and of the state, or none. */
  readonly bias: readonly [Value, Value] | undefined;
  readonly initial: readonly [h: Value, c: Value];
  /** The states of all steps [steps, batch, hidden], and those before each step. */
  readonly states: Value;
  readonly before: Value;
  /** The cotangents of all steps' states, and of the last ones. */
  readonly dy: Value;
  readonly last: readonly [h: Value, c: Value];
  readonly backwards: boolean;
  readonly sizes: StepSizes;
}

/** The cotangents of one direction's weights and inputs; `da` against x, `dh` against the states before. */
interface Pulled {
  readonly da: Value;
  readonly dw: Value;
  readonly dr: Value;
  readonly bias: readonly [Value, Value];
  readonly initial: readonly [Value, Value | undefined];
}

function directions(a: Adjoint, gates: number): Direction[] {
  const { b } = a;
  const [x, w, r] = [a.x(0), a.x(1), a.x(2)];
  const hidden = r.dims[2];
  if (typeof hidden !== "number") return refuseGradient(a, "its hidden size is not known");
  const count = w.dims[0] as number;
  const at = (v: Value, d: number, axis = 0): Value => b.op("Gather", [v, b.scalar(d, "int64")], { axis });
  // Zeros of the shape of one state, [batch, hidden].
  const none = lazily(() => {
    const shape = b.op("Concat", [dimsAlong(b, x, [1]), b.ints([hidden])], { axis: 0 });
    return b.op("Expand", [a.k(0), shape]);
  });
  return Array.from({ length: count }, (_, d): Direction => {
    const backwards = a.node.attributes.direction === "reverse" || d === 1;
    const states = at(a.y, d, 1);
    const bias = a.node.inputs[3] && at(a.node.inputs[3], d);
    const half = (i: number): Value =>
      b.op("Slice", [bias!, b.ints([i * gates * hidden]), b.ints([(i + 1) * gates * hidden])]);
    const given = (v: Value | undefined): Value => (v === undefined ? none() : at(v, d));
    const initial = [given(a.node.inputs[5]), given(a.node.inputs[6])] as const;
    return {
      w: at(w, d),
      r: at(r, d),
      bias: bias && [half(0), half(1)],
      initial,
      states,
      before: shifted(a, states, initial[0], backwards),
      dy: at(a.dy, d, 1),
      last: [given(a.cotangents[1]), given(a.cotangents[2])],
      backwards,
      sizes: { type: x.type as "float32" | "float64", batch: x.dims[1], hidden, prefix: `${a.y.name}/back${d}` },
    };
  });
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** What stood before each step: the sequence one step later, with the initial state at its beginning (or end). */
function shifted(a: Adjoint, sequence: Value, initial: Value, backwards: boolean): Value {
  const { b } = a;
  const first = b.op("Unsqueeze", [initial, b.ints([0])]);
  const rest = backwards
    ? b.op("Slice", [sequence, b.ints([1]), b.ints([2 ** 31 - 1]), b.ints([0])])
    : b.op("Slice", [sequence, b.ints([0]), b.ints([-1]), b.ints([0])]);
  return b.op("Concat", backwards ? [rest, first] : [first, rest], { axis: 0 });
}

const add = (a: Adjoint, p: Value, q: Value): Value => a.b.op("Add", [p, q]);
const less = (a: Adjoint, v: Value): Value => a.b.op("Sub", [a.k(1), v]);
/** The slopes of the sigmoid and of tanh by their values. */
const bell = (a: Adjoint, y: Value): Value => mul(a, y, less(a, y));
const rise = (a: Adjoint, y: Value): Value => less(a, mul(a, y, y));
const times = (a: Adjoint, x: Value, w: Value): Value => a.b.op("MatMul", [x, transposed(a.b, w)]);
const part = (a: Adjoint, v: Value, from: number, to: number, axis: number): Value =>
  a.b.op("Slice", [v, a.b.ints([from]), a.b.ints([to]), a.b.ints([axis])]);

/** x·Wᵀ and h·Rᵀ with their biases, for all steps at once. */
function sums(a: Adjoint, d: Direction): [ofInput: Value, ofState: Value] {
  const [p, q] = [times(a, a.x(0), d.w), times(a, d.before, d.r)];
  return d.bias === undefined ? [p, q] : [add(a, p, d.bias[0]), add(a, q, d.bias[1])];
}

/** Runs a step's graph over the steps, the other way round than the node when `back` is told. */
function loop(
  a: Adjoint,
  d: Direction,
  body: ReturnType<typeof cellStep>,
  states: readonly Value[],
  read: readonly Value[],
  captured: readonly Value[],
  back: boolean,
): Value[] {
  const direction = d.backwards !== back ? 1 : 0;
  return a.b.ops(
    "Scan",
    [...states, ...read, ...captured],
    {
      body,
      num_scan_inputs: read.length,
      captured: captured.length,
      scan_input_directions: read.map(() => direction),
      scan_output_directions: body.outputs.slice(states.length).map(() => direction),
    },
    body.outputs.length,
  );
}

/** Σ over steps and batch of the outer products, [rows, columns] from [steps, batch, rows] and [steps, batch, columns]. */
function outer(a: Adjoint, rows: Value, columns: Value): Value {
  const flat = (v: Value): Value => a.b.op("Flatten", [v], { axis: 2 });
  return a.b.op("Gemm", [flat(rows), flat(columns)], { transA: 1 });
}

const total = (a: Adjoint, v: Value): Value => a.b.op("ReduceSum", [v, a.b.ints([0, 1])], { keepdims: 0 });

function rnn(a: Adjoint, d: Direction): Pulled {
  const [dh, da] = loop(a, d, rnnStepBack(d.sizes), d.last.slice(0, 1), [d.dy, rise(a, d.states)], [d.r], true);
  const bias = total(a, da);
  const [dw, dr] = [outer(a, da, a.x(0)), outer(a, da, d.before)];
  return { da, dw, dr, bias: [bias, bias], initial: [dh, undefined] };
}

function lstm(a: Adjoint, d: Direction): Pulled {
  const { b } = a;
  const n = d.sizes.hidden;
  const gates = add(a, ...sums(a, d));
  const gate = (g: number): Value => part(a, gates, g * n, (g + 1) * n, 2);
  const [i, o, f] = [0, 1, 2].map((g) => b.op("Sigmoid", [gate(g)]));
  const g = b.op("Tanh", [gate(3)]);
  const [, cells] = loop(
    a,
    d,
    cellStep({ ...d.sizes, prefix: `${d.sizes.prefix}/cell` }),
    [d.initial[1]],
    [f, mul(a, i, g)],
    [],
    false,
  );
  const cellsBefore = shifted(a, cells, d.initial[1], d.backwards);
  const t = b.op("Tanh", [cells]);
  const slopes = [
    mul(a, o, rise(a, t)),
    mul(a, g, bell(a, i)),
    mul(a, t, bell(a, o)),
    mul(a, cellsBefore, bell(a, f)),
    mul(a, i, rise(a, g)),
  ];
  const [dh, dc, da] = loop(a, d, lstmStepBack(d.sizes), d.last, [d.dy, ...slopes, f], [d.r], true);
  const bias = total(a, da);
  return { da, dw: outer(a, da, a.x(0)), dr: outer(a, da, d.before), bias: [bias, bias], initial: [dh, dc] };
}

function gru(a: Adjoint, d: Direction): Pulled {
  const { b } = a;
  const n = d.sizes.hidden;
  const linear = a.node.attributes.linear_before_reset !== 0;
  const [ofInput, ofState] = sums(a, d);
  const gate = (g: number): Value =>
    b.op("Sigmoid", [add(a, part(a, ofInput, g * n, (g + 1) * n, 2), part(a, ofState, g * n, (g + 1) * n, 2))]);
  const [z, r] = [gate(0), gate(1)];
  const [gateWeights, freshWeights] = [part(a, d.r, 0, 2 * n, 0), part(a, d.r, 2 * n, 3 * n, 0)];
  const reset = mul(a, r, d.before);
  const plain = part(a, ofState, 2 * n, 3 * n, 2);
  const after = (): Value => {
    const product = times(a, reset, freshWeights);
    return d.bias === undefined ? product : add(a, product, part(a, d.bias[1], 2 * n, 3 * n, 0));
  };
  const fresh = b.op("Tanh", [add(a, part(a, ofInput, 2 * n, 3 * n, 2), linear ? mul(a, r, plain) : after())]);
  const slopes = [
    mul(a, b.op("Sub", [d.before, fresh]), bell(a, z)),
    mul(a, linear ? plain : d.before, bell(a, r)),
    mul(a, less(a, z), rise(a, fresh)),
  ];
  const captured = linear ? [d.r] : [gateWeights, freshWeights];
  const [dh, da, towards] = loop(
    a,
    d,
    gruStepBack(d.sizes, linear),
    d.last.slice(0, 1),
    [d.dy, ...slopes, z, r],
    captured,
    true,
  );
  const shared = { da, dw: outer(a, da, a.x(0)), initial: [dh, undefined] as const };
  const bias = total(a, da);
  if (linear) return { ...shared, dr: outer(a, towards, d.before), bias: [bias, total(a, towards)] };
  const [gatesBack, freshBack] = [part(a, da, 0, 2 * n, 2), part(a, da, 2 * n, 3 * n, 2)];
  const dr = b.op("Concat", [outer(a, gatesBack, d.before), outer(a, freshBack, reset)], { axis: 0 });
  return { ...shared, dr, bias: [bias, bias] };
}

const recurrence =
  (gates: number, pull: (a: Adjoint, d: Direction) => Pulled): Rule =>
  (a) => {
    const { b } = a;
    const all = lazily(() => directions(a, gates).map((d) => [d, pull(a, d)] as const));
    const stacked = (of: (p: Pulled) => Value): Value =>
      b.op(
        "Concat",
        all().map(([, p]) => b.op("Unsqueeze", [of(p), b.ints([0])])),
        { axis: 0 },
      );
    return [
      () =>
        all()
          .map(([d, p]) => b.op("MatMul", [p.da, d.w]))
          .reduce((p, q) => add(a, p, q)),
      () => stacked((p) => p.dw),
      () => stacked((p) => p.dr),
      () => stacked((p) => b.op("Concat", p.bias, { axis: 0 })),
      undefined,
      () => stacked((p) => p.initial[0]),
      () => stacked((p) => p.initial[1]!),
    ];
  };

export const recurrentGradients = {
  RNN: recurrence(1, rnn),
  LSTM: recurrence(4, lstm),
  GRU: recurrence(3, gru),
  Scan: { refused: "its steps are hidden inside it; train a loop that is written out step by step" },
} satisfies Record<keyof typeof recurrent, GradientRow>;
