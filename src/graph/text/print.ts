import { toBase64 } from "../../base/base64.ts";
import { bytesOf, type Tensor } from "../../base/tensor.ts";
import { type AttributeValue, type Graph, isGraph, isTensor, type Node, printFact, type Value } from "../ir.ts";
import { rowOf } from "../op/table.ts";

export interface PrintOptions {
  /** Print a large tensor as its size alone. Good to read; such a text cannot be parsed. */
  readonly brief?: boolean;
}

/** Tensors up to this size are written number by number, larger ones as base64 of their bytes. */
const INLINE = 16;

/**
 * The text form of a graph. Law: `parse(print(g))` is `g`.
 *
 *   graph linear {
 *     input x float32[batch, 3]
 *     tensor w float32[3, 2] = {1, 2, 3, 4, 5, 6}
 *     logits float32[batch, 2] = MatMul(x, w)
 *     output logits
 *   }
 *
 * An attribute that has its default is left out, an input that is left out is `_`, and a name that is no plain word
 * stands in quotes.
 */
export function print(graph: Graph, options: PrintOptions = {}): string {
  const lines = [
    ...graph.inputs.map((v) => `input ${declared(v)}`),
    ...graph.initialisers.map((v) => `tensor ${declared(v)} = ${printTensor(v.tensor, options)}`),
    ...graph.nodes.map((n) => printNode(n, options)),
    ...graph.outputs.map((v) => `output ${printName(v.name)}`),
  ];
  return `graph ${printName(graph.name)} {\n${lines.map((l) => `  ${l}\n`).join("")}}\n`;
}

/** A word that the parser reads as a name without quotes. `_` alone is a missing input. */
const PLAIN_NAME = /^(?!_$)[A-Za-z_][\w./:-]*$/;

function printName(name: string): string {
  return PLAIN_NAME.test(name) ? name : JSON.stringify(name);
}

function declared(v: Value): string {
  return `${printName(v.name)} ${printFact(v)}`;
}

function printNode(node: Node, options: PrintOptions): string {
  const outputs = node.outputs.map((v) => (v === undefined ? "_" : declared(v))).join(", ");
  const inputs = node.inputs.map((v) => (v === undefined ? "_" : printName(v.name))).join(", ");
  const specs = rowOf(node.op).attributes;
  const attributes = Object.entries(node.attributes)
    .filter(([name, value]) => specs[name].default !== value)
    .map(([name, value]) => `${name}=${printAttribute(value, options)}`);
  return `${outputs} = ${node.op}(${inputs})${attributes.map((a) => ` ${a}`).join("")}`;
}

function printAttribute(value: AttributeValue, options: PrintOptions): string {
  if (typeof value === "number") return printNumber(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (isGraph(value)) return print(value, options).trimEnd().replaceAll("\n", "\n    ");
  if (isTensor(value)) return `${printFact(value)}${printTensor(value, options)}`;
  return `[${value.map(printNumber).join(", ")}]`;
}

function printTensor(t: Tensor, options: PrintOptions): string {
  if (t.data.length <= INLINE) return `{${Array.from(t.data as ArrayLike<number | bigint>, printNumber).join(", ")}}`;
  if (options.brief === true) return "{…}";
  return `"${toBase64(bytesOf(t.data))}"`;
}

/** JavaScript's shortest text that reads back as the same double; -0 keeps its sign. */
function printNumber(value: number | bigint): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
