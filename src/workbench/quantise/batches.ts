import { bytesOf, bytesPerElement, sizeOf, type Tensor, tensor, viewAs } from "../../base/tensor.ts";
import type { Graph } from "../../graph/index.ts";
import type { Feeds } from "./said.ts";

/**
 * Rows beside others of the same dims, at most `most` to a batch. They stay one by one where the model does not say that the
 * output has a row for each of its inputs': where their outermost dimensions are not one symbol.
 */
export function batchesOf(graph: Graph, output: string, rows: readonly Feeds[], most: number): Feeds[] {
  const outermost = [...graph.inputs, ...graph.outputs.filter((v) => v.name === output)].map(({ dims }) => dims.at(0));
  const [first] = outermost;
  const stacks =
    first !== undefined && typeof first !== "number" && outermost.every((d) => String(d) === String(first));
  if (!stacks || most < 2) return [...rows];
  const groups = new Map<string, Feeds[]>();
  for (const feeds of rows) {
    const dims = Object.values(feeds).map((t) => t.dims.join("×"));
    const key = dims.join(" ");
    groups.set(key, [...(groups.get(key) ?? []), feeds]);
  }
  return [...groups.values()].flatMap((alike) =>
    Array.from({ length: Math.ceil(alike.length / most) }, (_, i) => joined(alike.slice(i * most, (i + 1) * most))),
  );
}

function joined(rows: readonly Feeds[]): Feeds {
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, stacked(rows.map((feeds) => feeds[name]))]));
}

function stacked(parts: readonly Tensor[]): Tensor {
  const [{ type, dims }] = parts;
  const whole = [parts.length * dims[0], ...dims.slice(1)];
  const bytes = new Uint8Array(sizeOf(whole) * bytesPerElement[type]);
  let at = 0;
  for (const { data } of parts) {
    bytes.set(bytesOf(data), at);
    at += data.byteLength;
  }
  return tensor(type, whole, viewAs(type, bytes));
}
