/** ONNX files made by hand, field by field: what our own writer does not write (external data, graphs in graphs, lies). */

export type Message = readonly (readonly [field: number, value: number | string | Uint8Array | Message])[];

export function encode(message: Message): Uint8Array {
  const parts = message.map(([field, value]) => {
    if (typeof value === "number") return Buffer.concat([varint(field * 8), varint(value)]);
    const bytes =
      typeof value === "string" ? Buffer.from(value) : value instanceof Uint8Array ? Buffer.from(value) : encode(value);
    return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
  });
  return new Uint8Array(Buffer.concat(parts));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** TensorProto fields: 1 dims, 2 type, 8 name, 9 raw data, 13 external data, 14 where the data are. */
export const external = (name: string, dims: readonly number[], entries: Readonly<Record<string, string>>): Message => [
  ...dims.map((d) => [1, d] as const),
  [2, 1],
  [8, name],
  ...Object.entries(entries).map(
    ([key, value]) =>
      [
        13,
        [
          [1, key],
          [2, value],
        ],
      ] as const,
  ),
  [14, 1],
];

export const port = (name: string, type: number, dims: readonly (number | string)[]): Message => [
  [1, name],
  [
    2,
    [
      [
        1,
        [
          [1, type],
          [2, dims.map((d) => [1, [[typeof d === "number" ? 1 : 2, d]]] as const)],
        ],
      ],
    ],
  ],
];

export const node = (
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  rest: Message = [],
): Message => [
  ...inputs.map((name) => [1, name] as const),
  ...outputs.map((name) => [2, name] as const),
  [4, op],
  ...rest,
];

export interface MadeGraph {
  readonly nodes?: readonly Message[];
  readonly tensors?: readonly Message[];
  readonly inputs?: readonly Message[];
  readonly outputs?: readonly Message[];
  readonly noted?: readonly Message[];
}

export const graph = ({ nodes = [], tensors = [], inputs = [], outputs = [], noted = [] }: MadeGraph): Message => [
  ...nodes.map((m) => [1, m] as const),
  [2, "made"],
  ...tensors.map((m) => [5, m] as const),
  ...inputs.map((m) => [11, m] as const),
  ...outputs.map((m) => [12, m] as const),
  ...noted.map((m) => [13, m] as const),
];

export const madeOnnx = (made: MadeGraph): Uint8Array =>
  encode([
    [1, 8],
    [8, [[2, 17]]],
    [7, graph(made)],
  ]);
