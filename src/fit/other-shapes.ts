import type { Dim } from "../graph/dim.ts";
import type { Fact } from "../graph/ir.ts";
import { windowOf, slide } from "../graph/shape/window.ts";
import type { ProgramNode } from "../model/readers/header.ts";

type Shape = (inputs: readonly (Fact | undefined)[], node: ProgramNode) => readonly Fact[] | undefined;

/** Operators that the compiler does not speak and whose outputs have a shape that is plain to see. */
const sameAsFirst: Shape = ([x]) => (x === undefined ? undefined : [x]);

const number = ({ attributes }: ProgramNode, name: string): number | undefined => {
  const value = attributes[name];
  return typeof value === "number" ? value : undefined;
};

const like = (x: Fact, dims: readonly Dim[]): Fact => ({ type: x.type, dims });

/** Recurrent cells read [length, batch, width] and give [length, directions, batch, hidden], and states without the length. */
const recurrent =
  (states: number): Shape =>
  ([x], node) => {
    const hidden = number(node, "hidden_size");
    if (x?.dims.length !== 3 || hidden === undefined) return undefined;
    const directions = node.attributes["direction"] === "bidirectional" ? 2 : 1;
    const [length, batch] = x.dims;
    const state = like(x, [directions, batch, hidden]);
    return [like(x, [length, directions, batch, hidden]), ...Array<Fact>(states).fill(state)];
  };

const globalPool: Shape = ([x]) => x && [like(x, [...x.dims.slice(0, 2), ...x.dims.slice(2).map(() => 1)])];

const pool: Shape = ([x], { attributes }) => {
  const list = (name: string): readonly number[] | undefined => {
    const value = attributes[name];
    return Array.isArray(value) ? (value as readonly number[]) : undefined;
  };
  const kernel = list("kernel_shape");
  if (x === undefined || kernel === undefined) return undefined;
  const spatial = x.dims.slice(2);
  const given = {
    auto_pad: typeof attributes["auto_pad"] === "string" ? attributes["auto_pad"] : "NOTSET",
    strides: list("strides") ?? kernel.map(() => 1),
    dilations: list("dilations") ?? kernel.map(() => 1),
    pads: list("pads") ?? [...kernel, ...kernel].map(() => 0),
  };
  const window = windowOf(given, kernel, spatial);
  if (window === undefined) return undefined;
  const ceiling = attributes["ceil_mode"] === 1;
  return [like(x, [...x.dims.slice(0, 2), ...spatial.map((d, i) => slide(window, d, i, ceiling))])];
};

/** Of a list that is a shape: the number of elements that it means. */
const product: Shape = ([x], { attributes }) => {
  if (x === undefined || x.dims.length > 1) return undefined;
  const content =
    x.content?.every((d) => typeof d === "number") === true
      ? [x.content.reduce<number>((n, d) => n * Number(d), 1)]
      : undefined;
  return [{ ...like(x, attributes["keepdims"] === 0 ? [] : [1]), content }];
};

export const otherShapes: Readonly<Record<string, Shape>> = {
  BatchNormalization: sameAsFirst,
  InstanceNormalization: sameAsFirst,
  RMSNormalization: sameAsFirst,
  SimplifiedLayerNormalization: sameAsFirst,
  SkipLayerNormalization: sameAsFirst,
  SkipSimplifiedLayerNormalization: sameAsFirst,
  LRN: sameAsFirst,
  Elu: sameAsFirst,
  Selu: sameAsFirst,
  PRelu: sameAsFirst,
  HardSigmoid: sameAsFirst,
  HardSwish: sameAsFirst,
  Mish: sameAsFirst,
  FastGelu: sameAsFirst,
  BiasGelu: sameAsFirst,
  QuickGelu: sameAsFirst,
  RotaryEmbedding: sameAsFirst,
  ReduceProd: product,
  GlobalAveragePool: globalPool,
  AveragePool: pool,
  LSTM: recurrent(2),
  GRU: recurrent(1),
  RNN: recurrent(1),
  MatMulNBits: ([x], node) => {
    const columns = number(node, "N");
    return x && columns !== undefined ? [like(x, [...x.dims.slice(0, -1), columns])] : undefined;
  },
};
