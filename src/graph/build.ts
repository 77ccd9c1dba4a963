import { Fault } from "../base/fault.ts";
import { type ElementType, float32, int64, sizeOf, tensor as makeTensor, type Tensor } from "../base/tensor.ts";
import { type Dim, dim } from "./dim.ts";
import { toHalf } from "./half.ts";
import { type Fact, type Graph, type Initialiser, isConstantName, type Node, type Value } from "./ir.ts";
import { completeAttributes, infer } from "./infer.ts";
import type { AttributesOf, OpName } from "./op/table.ts";
import { CONTENT_LIMIT } from "./shape/call.ts";

/**
 * Builds a graph node by node; types and shapes are inferred as it grows, so a mistake is refused where it is made.
 *
 *   const b = builder("linear");
 *   const x = b.input("x", "float32", ["batch", 784]);
 *   const w = b.parameter("w", float32([784, 10], weights));
 *   b.output("logits", b.op("MatMul", [x, w]));
 *   const graph = b.finish();
 */
export interface Builder {
  input(name: string, type: ElementType, dims: readonly Dim[]): Value;
  /** A named initialiser: what training may change. */
  parameter(name: string, tensor: Tensor): Value;
  /** An initialiser of the compiler's own; equal small constants become one. */
  constant(tensor: Tensor): Value;
  /** A constant scalar (float32 unless told). */
  scalar(value: number, type?: "float16" | "float32" | "float64" | "int64" | "int32"): Value;
  /** A constant int64 vector: a shape, axes, bounds. */
  ints(values: readonly number[]): Value;
  /** The first output of an operator. `name` names it; a fresh name is made when none is given. */
  op<N extends OpName>(
    op: N,
    inputs: readonly (Value | undefined)[],
    attributes?: AttributesOf<N>,
    name?: string,
  ): Value;
  /** Several outputs of an operator. */
  ops<N extends OpName>(
    op: N,
    inputs: readonly (Value | undefined)[],
    attributes: AttributesOf<N>,
    outputs: number | readonly string[],
  ): Value[];
  /** Gives a value that this builder computed, and that is no port, this name; any other gets an Identity of the name. */
  named(name: string, value: Value): Value;
  /** Makes the value an output under this name. */
  output(name: string, value: Value): Value;
  /** Asks a node that is there already for more of its optional outputs; returns all of them. */
  widen(value: Value, outputs: number): Value[];
  /** The nodes so far. */
  readonly nodes: readonly Node[];
  finish(): Graph;
}

/** Names that are made up on the way keep clear of the reserved ones. */
export function builder(name: string, reserved: Iterable<string> = []): Builder {
  return new GraphBuilder({ name, inputs: [], initialisers: [], nodes: [], outputs: [] }, reserved);
}

/** A builder that goes on from a finished graph and shares its values. Outputs are kept unless `outputs` is false. */
export function extend(graph: Graph, options: { readonly name?: string; readonly outputs?: boolean } = {}): Builder {
  return new GraphBuilder({
    ...graph,
    name: options.name ?? graph.name,
    outputs: options.outputs === false ? [] : graph.outputs,
  });
}

class GraphBuilder implements Builder {
  readonly #name: string;
  readonly #inputs: Value[];
  readonly #initialisers: Initialiser[];
  readonly #nodes: Node[];
  readonly #outputs: Value[];
  readonly #names = new Set<string>();
  readonly #reserved: ReadonlySet<string>;
  readonly #made = new Set<Value>();
  readonly #own = new Set<Value>();
  readonly #constants = new Map<string, Value>();
  readonly #counts = new Map<string, number>();
  #unknowns = 0;

  constructor(from: Graph, reserved: Iterable<string> = []) {
    this.#reserved = new Set(reserved);
    this.#name = from.name;
    this.#inputs = [...from.inputs];
    this.#initialisers = [...from.initialisers];
    this.#nodes = [...from.nodes];
    this.#outputs = [...from.outputs];
    for (const v of [...from.inputs, ...from.initialisers, ...from.nodes.flatMap((n) => n.outputs)]) {
      if (v === undefined) continue;
      this.#names.add(v.name);
      this.#made.add(v);
      for (const d of v.dims) if (typeof d === "string") this.#noteUnknowns(d);
      if (v.tensor !== undefined && isConstantName(v.name)) this.#constants.set(constantKey(v.tensor) ?? v.name, v);
    }
  }

  input(name: string, type: ElementType, dims: readonly Dim[]): Value {
    const value: Value = { name: this.#claim(name), type, dims: dims.map(dim) };
    this.#inputs.push(value);
    this.#made.add(value);
    return value;
  }

  parameter(name: string, tensor: Tensor): Value {
    const value: Initialiser = {
      name: this.#claim(name),
      type: tensor.type,
      dims: tensor.dims,
      ...knownContent(tensor),
      tensor,
    };
    this.#initialisers.push(value);
    this.#made.add(value);
    return value;
  }

  constant(tensor: Tensor): Value {
    const key = constantKey(tensor);
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const value = this.parameter(this.#fresh("constant"), tensor);
    if (key !== undefined) this.#constants.set(key, value);
    return value;
  }

  scalar(value: number, type: "float16" | "float32" | "float64" | "int64" | "int32" = "float32"): Value {
    if (type === "int64") return this.constant(int64([], [value]));
    if (type === "int32") return this.constant(makeTensor("int32", [], Int32Array.of(value)));
    if (type === "float16") return this.constant(makeTensor("float16", [], Uint16Array.of(toHalf(value))));
    if (type === "float64") return this.constant(makeTensor("float64", [], Float64Array.of(value)));
    return this.constant(float32([], [value]));
  }

  ints(values: readonly number[]): Value {
    return this.constant(int64([values.length], values));
  }

  op<N extends OpName>(
    op: N,
    inputs: readonly (Value | undefined)[],
    attributes?: AttributesOf<N>,
    name?: string,
  ): Value {
    return this.ops(op, inputs, attributes ?? {}, name === undefined ? 1 : [name])[0];
  }

  ops<N extends OpName>(
    op: N,
    inputs: readonly (Value | undefined)[],
    attributes: AttributesOf<N>,
    outputs: number | readonly string[],
  ): Value[] {
    for (const v of inputs) {
      if (v !== undefined && !this.#made.has(v)) {
        throw new Fault("graph/wiring", {
          what: `${op} reads "${v.name}", which is not a value of this graph`,
          where: `graph ${this.#name}`,
        });
      }
    }
    const count = typeof outputs === "number" ? outputs : outputs.length;
    const complete = completeAttributes(op, attributes);
    const trimmed = trimEnd(inputs);
    const facts = infer(op, trimmed, complete, count, () => `?${this.#unknowns++}`);
    const values = facts.map((f, i): Value => ({
      ...f,
      name: this.#claim(typeof outputs === "number" ? this.#fresh(op) : outputs[i]),
    }));
    for (const v of values) {
      this.#made.add(v);
      this.#own.add(v);
    }
    this.#nodes.push({ op, inputs: trimmed, outputs: values, attributes: complete });
    return values;
  }

  named(name: string, value: Value): Value {
    return this.#own.has(value) && !this.#outputs.includes(value)
      ? this.#rename(value, name)
      : this.op("Identity", [value], {}, name);
  }

  output(name: string, value: Value): Value {
    const port = this.named(name, value);
    this.#outputs.push(port);
    return port;
  }

  widen(value: Value, outputs: number): Value[] {
    const at = this.#nodes.findIndex((n) => n.outputs.includes(value));
    if (at < 0) throw new Fault("graph/wiring", { what: `"${value.name}" is made by no node of this graph` });
    const node = this.#nodes[at];
    if (node.outputs.length < outputs) {
      const facts = infer(node.op, node.inputs, node.attributes, outputs, () => `?${this.#unknowns++}`);
      const more = facts
        .slice(node.outputs.length)
        .map((f): Value => ({ ...f, name: this.#claim(this.#fresh(node.op)) }));
      for (const v of more) this.#made.add(v);
      this.#nodes[at] = { ...node, outputs: [...node.outputs, ...more] };
    }
    return this.#nodes[at].outputs.slice(0, outputs) as Value[];
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  finish(): Graph {
    return {
      name: this.#name,
      inputs: [...this.#inputs],
      initialisers: [...this.#initialisers],
      nodes: [...this.#nodes],
      outputs: [...this.#outputs],
    };
  }

  #claim(name: string): string {
    if (this.#names.has(name)) {
      throw new Fault("graph/name", {
        what: `the name "${name}" stands twice`,
        where: `graph ${this.#name}`,
        remedy: "give each value a name of its own",
      });
    }
    if (name === "") throw new Fault("graph/name", { what: "a value has an empty name", where: `graph ${this.#name}` });
    this.#names.add(name);
    return name;
  }

  /** Names are labels, so a value that nobody else has seen yet may change its own; its identity stays. */
  #rename(value: Value, name: string): Value {
    if (value.name === name) return value;
    this.#names.delete(value.name);
    (value as { name: string }).name = this.#claim(name);
    return value;
  }

  #fresh(stem: string): string {
    for (;;) {
      const n = this.#counts.get(stem) ?? 0;
      this.#counts.set(stem, n + 1);
      const name = `${stem}_${n}`;
      if (!this.#names.has(name) && !this.#reserved.has(name)) return name;
    }
  }

  #noteUnknowns(d: string): void {
    for (const found of d.matchAll(/\?(\d+)/g)) this.#unknowns = Math.max(this.#unknowns, Number(found[1]) + 1);
  }
}

function trimEnd(inputs: readonly (Value | undefined)[]): readonly (Value | undefined)[] {
  let n = inputs.length;
  while (n > 0 && inputs[n - 1] === undefined) n--;
  return inputs.slice(0, n);
}

function knownContent(t: Tensor): Pick<Fact, "content"> {
  const integer = t.type === "int64" || t.type === "int32";
  if (!integer || t.dims.length > 1 || sizeOf(t.dims) > CONTENT_LIMIT) return {};
  return { content: Array.from(t.data as ArrayLike<number | bigint>, wholeNumber) };
}

/** Small tensors with the same key are the same. */
function constantKey(t: Tensor): string | undefined {
  if (t.data.length > CONTENT_LIMIT) return undefined;
  const parts = Array.from(t.data as ArrayLike<number | bigint>, (v) => (Object.is(v, -0) ? "-0" : String(v)));
  return `${t.type}[${t.dims.join()}]${parts.join()}`;
}

/** Past what a double can count, a bound means "to the end", and an infinity says so. */
function wholeNumber(v: number | bigint): number {
  const n = Number(v);
  return Number.isSafeInteger(n) ? n : Math.sign(n) * Infinity;
}
