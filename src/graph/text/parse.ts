import { fromBase64 } from "../../base/base64.ts";
import {
  type ArrayOf,
  bytesPerElement,
  type ElementType,
  sizeOf,
  type Tensor,
  tensor,
  viewAs,
} from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import { type Dim, dim, isUnknown } from "../dim.ts";
import { type AttributeValue, type Fact, type Graph, printFact, type Value } from "../ir.ts";
import { type AttributesOf, isOpName, type OpName, rowOf } from "../op/table.ts";
import { Scanner } from "./scan.ts";

/** Reads the text form back. What the text says of a node's outputs must be what its operator gives. */
export function parse(text: string): Graph {
  return graphOf(new Scanner(text));
}

function graphOf(s: Scanner): Graph {
  s.expect("graph");
  const b = builder(name(s));
  const values = new Map<string, Value>();
  s.expect("{");
  while (!s.take("}")) statement(s, b, values);
  return check(b.finish());
}

function statement(s: Scanner, b: Builder, values: Map<string, Value>): void {
  // A value may be called "input": it is a keyword where a name follows it.
  if (s.peek(/input\s+["A-Za-z_][^=]*?\]\s*\n/) && s.take("input")) {
    const port = declaration(s);
    values.set(port.name, b.input(port.name, port.type, port.dims));
  } else if (s.peek(/tensor\s+(?!(?:float|int|uint)\d+\[|bool\[)/) && s.take("tensor")) {
    const port = declaration(s);
    s.expect("=");
    values.set(port.name, b.parameter(port.name, tensorOf(s, port)));
  } else if (s.peek(/output\s+\S+\s*\n/) && s.take("output")) {
    const port = name(s);
    b.output(port, values.get(port) ?? s.refuse(`"${port}" is not a value of the graph`));
  } else node(s, b, values);
}

function node(s: Scanner, b: Builder, values: Map<string, Value>): void {
  const outputs: (Declaration | undefined)[] = [];
  do outputs.push(s.match(/_(?=\s*[,=])/) === undefined ? declaration(s) : undefined);
  while (s.take(","));
  s.expect("=");
  const op = s.word();
  if (!isOpName(op)) return s.refuse(`the operator ${op} is not spoken here`);
  s.expect("(");
  const inputs = s.list(")", () => {
    if (s.match(/_(?=\s*[,)])/) !== undefined) return undefined;
    const read = name(s);
    return values.get(read) ?? s.refuse(`"${read}" is read before it is made`);
  });
  const made = b.ops(
    op,
    inputs,
    attributes(s, op),
    outputs.map((o, i) => o?.name ?? `${op}.unused.${i}`),
  );
  outputs.forEach((said, i) => {
    if (said === undefined) return;
    if (!sameFact(said, made[i])) s.refuse(`${op} gives ${printFact(made[i])} and not ${printFact(said)}`);
    values.set(said.name, made[i]);
  });
}

interface Declaration {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly Dim[];
}

function declaration(s: Scanner): Declaration {
  return { name: name(s), ...fact(s) };
}

function fact(s: Scanner): { type: ElementType; dims: readonly Dim[] } {
  const type = s.word();
  if (!Object.hasOwn(bytesPerElement, type)) s.refuse(`${type} is no element type`);
  s.expect("[");
  return { type: type as ElementType, dims: s.list("]", () => dimension(s)) };
}

/** Everything up to the next comma or bracket that stands in no parenthesis. */
function dimension(s: Scanner): Dim {
  const text = s.balanced(",]").trim();
  if (text === "") s.refuse("a dimension is expected here");
  return /^-?\d+$/.test(text) ? Number(text) : dim(text);
}

function name(s: Scanner): string {
  return s.quoted() ?? s.match(/[A-Za-z_][\w./:-]*/) ?? s.refuse("a name is expected here");
}

function attributes<N extends OpName>(s: Scanner, op: N): AttributesOf<N> {
  const result: Record<string, AttributeValue> = {};
  while (s.peek(/[a-zA-Z_]\w*=/)) {
    const key = s.word();
    s.expect("=");
    const kind = Object.hasOwn(rowOf(op).attributes, key)
      ? rowOf(op).attributes[key].kind
      : s.refuse(`${op} has no attribute "${key}"`);
    if (kind === "ints") {
      s.expect("[");
      result[key] = s.list("]", () => s.number());
    } else if (kind === "tensor") result[key] = tensorOf(s, fact(s));
    else if (kind === "graph") result[key] = graphOf(s);
    else
      result[key] =
        kind === "string" || kind === "type" ? (s.quoted() ?? s.refuse("a text is expected here")) : s.number();
  }
  return result as AttributesOf<N>;
}

function tensorOf(s: Scanner, fact: { type: ElementType; dims: readonly Dim[] }): Tensor {
  const dims = fact.dims.map((d) => (typeof d === "number" ? d : s.refuse("a tensor has numbers for dims")));
  const bytes = s.quoted();
  if (bytes !== undefined) {
    const held = fromBase64(bytes) ?? s.refuse("this text is no base64");
    if (held.length !== sizeOf(dims) * bytesPerElement[fact.type])
      s.refuse(`${held.length} bytes do not make ${printFact(fact)}`);
    return tensor(fact.type, dims, viewAs(fact.type, held));
  }
  s.expect("{");
  const literals = s.list("}", () => s.match(/-?[\w.+-]+/) ?? s.refuse("a number is expected here"));
  if (literals.length !== sizeOf(dims)) s.refuse(`${literals.length} numbers do not make ${printFact(fact)}`);
  return tensor(fact.type, dims, fromLiterals(s, fact.type, literals));
}

function fromLiterals(s: Scanner, type: ElementType, literals: readonly string[]): ArrayOf[ElementType] {
  const whole = literals.every((l) => /^-?\d+$/.test(l));
  const numbers = literals.map(Number);
  if (type === "int64") return whole ? BigInt64Array.from(literals, BigInt) : s.refuse("an int64 is a whole number");
  if (type === "float32") return Float32Array.from(numbers);
  if (type === "float64") return Float64Array.from(numbers);
  if (!whole) s.refuse(`${type} takes whole numbers`);
  if (type === "int32") return Int32Array.from(numbers);
  if (type === "int8") return Int8Array.from(numbers);
  return type === "float16" ? Uint16Array.from(numbers) : Uint8Array.from(numbers);
}

function sameFact(said: Fact, made: Fact): boolean {
  const same = (a: Dim, b: Dim): boolean => a === b || (isUnknown(a) && isUnknown(b));
  return (
    said.type === made.type && said.dims.length === made.dims.length && said.dims.every((d, i) => same(d, made.dims[i]))
  );
}
