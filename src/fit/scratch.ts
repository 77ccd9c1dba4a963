import type { Fact } from "../graph/ir.ts";
import type { ProgramNode } from "../model/readers/header.ts";

type Scratch = (
  inputs: readonly (Fact | undefined)[],
  outputs: readonly (Fact | undefined)[],
  node: ProgramNode,
) => number;

const FLOAT = 4;
const numbers = (fact: Fact | undefined): readonly number[] =>
  fact?.dims.map((d) => (typeof d === "number" ? d : 0)) ?? [];

/**
 * ONNX Runtime's recurrent cells multiply all steps by the input weights at once, a float for each gate, for each direction; the
 * backward direction keeps its input and its output turned round beside that.
 */
const recurrent =
  (gates: number): Scratch =>
  ([x], [y]) => {
    const [length = 0, batch = 0, width = 0] = numbers(x);
    const [, directions = 0, , hidden = 0] = numbers(y);
    const turned = directions === 2 ? width + hidden : 0;
    return FLOAT * length * batch * (directions * gates * hidden + turned);
  };

/** With more filters than places a convolution spreads out its input, one image at a time, and multiplies once; else by strips. */
const conv: Scratch = ([, w], [y]) => {
  const [filters = 0, ...kernel] = numbers(w);
  const places = numbers(y)
    .slice(2)
    .reduce((n, d) => n * d, 1);
  return filters > places ? FLOAT * places * kernel.reduce((n, d) => n * d, 1) : 0;
};

const scratches: Readonly<Record<string, Scratch>> = {
  LSTM: recurrent(4),
  GRU: recurrent(3),
  RNN: recurrent(1),
  Conv: conv,
};

/** What the kernel of a node takes for itself while it runs, beside its inputs and outputs. */
export function scratchBytes(node: ProgramNode, facts: ReadonlyMap<string, Fact>): number {
  const scratch = Object.hasOwn(scratches, node.op) ? scratches[node.op] : undefined;
  const all = (names: readonly string[]): (Fact | undefined)[] => names.map((name) => facts.get(name));
  return scratch?.(all(node.inputs), all(node.outputs), node) ?? 0;
}
