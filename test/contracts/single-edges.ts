import type { Graph, Value } from "../../src/graph/index.ts";
import { Fields } from "../../src/graph/wire/reach.ts";
import { encode, type Message, node, port } from "./made-onnx.ts";

/**
 * The bytes of a model that takes and gives float16, with casts to float32 at its input and output, for an engine whose
 * door takes none: of the file itself only the two ports are other than they were.
 */
export function singleEdges(bytes: Uint8Array, graph: Graph): Uint8Array {
  const fields = new Fields({ size: bytes.length, read: (at, n) => bytes.subarray(at, at + n) });
  const [x, y] = [graph.inputs[0], graph.outputs[0]];
  const cast = (from: string, to: string, type: number): Message => [
    [
      1,
      node(
        "Cast",
        [from],
        [to],
        [
          [
            5,
            [
              [1, "to"],
              [3, type],
              [20, 2],
            ],
          ],
        ],
      ),
    ],
  ];
  const single = (v: Value): Message => port(`${v.name}.single`, 1, v.dims);
  const named = (at: number, end: number, name: string): boolean =>
    [...fields.of(at, end)].some((f) => f.field === 1 && Buffer.from(bytes.subarray(f.at, f.end)).toString() === name);
  const message = (from: number, to: number, top: boolean): Message =>
    [...fields.of(from, to)].flatMap((f): Message => {
      if (top && f.field === 7) {
        const inside = message(f.at, f.end, false);
        const edges: Message = [
          [11, single(x)],
          [12, single(y)],
        ];
        return [
          [7, [...cast(`${x.name}.single`, x.name, 10), ...inside, ...cast(y.name, `${y.name}.single`, 1), ...edges]],
        ];
      }
      if (!top && ((f.field === 11 && named(f.at, f.end, x.name)) || f.field === 12)) return [];
      return [[f.field, f.wire === 0 ? fields.varint(f.at).value : bytes.subarray(f.at, f.end)]];
    });
  return encode(message(0, bytes.length, true));
}
