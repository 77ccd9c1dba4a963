import { Fault } from "../../base/fault.ts";
import type { Fact } from "../../graph/ir.ts";
import {
  ATTRIBUTE,
  DIMENSION,
  GRAPH,
  MODEL,
  NODE,
  OPSET_ID,
  SHAPE,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from "../../graph/wire/fields.ts";
import { Cursor } from "./cursor.ts";
import type {
  ModelHeader,
  NotedFact,
  ProgramAttribute,
  ProgramHeader,
  ProgramInput,
  ProgramNode,
  TensorInfo,
} from "./header.ts";
import { type ExternalData, readText, skimTensor, type SkimmedTensor } from "./onnx-tensor.ts";
import type { ByteSource } from "./source.ts";
import { type Field, type Handler, message, varint } from "./wire.ts";

/** The bytes of a file of external data, asked for by the location that the model gives. */
export type ExternalSize = (location: string) => number;

/**
 * Skims an ONNX file: nodes, shapes and names are read, weights are stepped over, so that a file of any length takes the memory
 * of its graph. Unlike the compiler it takes operators that it does not know: they have names and outputs all the same.
 */
export function skimOnnx(source: ByteSource, externalSize: ExternalSize): ModelHeader {
  const skim = new Skim(source, externalSize);
  const program = skim.model();
  const external = [...skim.external.values()].reduce((sum, size) => sum + size, 0);
  return {
    format: "onnx",
    fileBytes: source.size + external,
    tensors: skim.tensors,
    architecture: null,
    program,
  };
}

/** ValueInfoProto of what lies between inputs and outputs: GraphProto.value_info. */
const VALUE_NOTES = 13;
/** A million of anything is no graph that a person built. */
const MAX_ENTRIES = 1_000_000;
const MAX_DEPTH = 8;
const MAX_INTS = 4096;

interface Skimmed {
  readonly nodes: ProgramNode[];
  readonly inputs: ProgramInput[];
  readonly outputs: string[];
  readonly constants: Map<string, Fact>;
  readonly noted: Map<string, NotedFact>;
}

class Skim {
  readonly tensors: TensorInfo[] = [];
  readonly external = new Map<string, number>();
  readonly #source: ByteSource;
  readonly #cursor: Cursor;
  readonly #externalSize: ExternalSize;
  #entries = 0;

  constructor(source: ByteSource, externalSize: ExternalSize) {
    this.#source = source;
    this.#cursor = new Cursor(source);
    this.#externalSize = externalSize;
  }

  model(): ProgramHeader {
    let graph: Skimmed | undefined;
    let opset = 0;
    this.#message(this.#source.size, {
      [MODEL.opsetImport]: this.#inner((end) => {
        let [domain, version] = ["", 0];
        this.#message(end, {
          [OPSET_ID.domain]: (f) => (domain = readText(this.#cursor, f)),
          [OPSET_ID.version]: numeric((v) => (version = v)),
        });
        if (domain === "" || domain === "ai.onnx") opset = version;
      }),
      [MODEL.graph]: this.#inner((end) => (graph = this.#graph(end, 0))),
    });
    if (graph === undefined) return this.#refuse("it holds no graph");
    return { opset, ...graph };
  }

  #graph(end: number, depth: number): Skimmed {
    if (depth > MAX_DEPTH) this.#refuse("graphs lie within graphs too deep");
    const graph: Skimmed = { nodes: [], inputs: [], outputs: [], constants: new Map(), noted: new Map() };
    const names = new Set<string>();
    this.#message(end, {
      [GRAPH.node]: this.#inner((stop) => this.#node(stop, graph, depth)),
      [GRAPH.initializer]: this.#inner((stop) => {
        const tensor = skimTensor(this.#cursor, stop, this.#refuse);
        if (names.has(tensor.name)) this.#refuse(`the tensor "${tensor.name}" stands twice`);
        names.add(tensor.name);
        this.#keep(tensor, graph);
      }),
      [GRAPH.input]: this.#inner((stop) => graph.inputs.push(this.#port(stop))),
      [GRAPH.output]: this.#inner((stop) => graph.outputs.push(this.#noted(stop, graph).name)),
      [VALUE_NOTES]: this.#inner((stop) => this.#noted(stop, graph)),
    });
    // Before IR version 4 initialisers were listed as inputs too.
    return { ...graph, inputs: graph.inputs.filter((input) => !names.has(input.name)) };
  }

  #keep(tensor: SkimmedTensor, graph: Skimmed): void {
    if (tensor.info !== undefined) this.tensors.push(tensor.info);
    if (tensor.fact !== undefined) graph.constants.set(tensor.name, tensor.fact);
    if (tensor.external !== undefined && tensor.info !== undefined) this.#outside(tensor.external, tensor.info);
  }

  #outside({ location, offset, length }: ExternalData, info: TensorInfo): void {
    const size = this.external.get(location) ?? this.#externalSize(location);
    this.external.set(location, size);
    const wanted = length ?? info.bytes;
    if (wanted !== info.bytes)
      this.#refuse(`"${info.name}" takes ${info.bytes} bytes and its external data have ${wanted}`);
    if (offset + wanted > size)
      this.#refuse(`the data of "${info.name}" end at byte ${offset + wanted} of ${location}, which has ${size}`);
  }

  #node(end: number, graph: Skimmed, depth: number): void {
    let [op, domain] = ["", ""];
    const [inputs, outputs, captured]: [string[], string[], string[]] = [[], [], []];
    const attributes: Record<string, ProgramAttribute> = Object.create(null) as Record<string, ProgramAttribute>;
    let constant: Fact | undefined;
    this.#message(end, {
      [NODE.input]: (f) => inputs.push(this.#name(f)),
      [NODE.output]: (f) => outputs.push(this.#name(f)),
      [NODE.opType]: (f) => (op = readText(this.#cursor, f)),
      [NODE.domain]: (f) => (domain = readText(this.#cursor, f)),
      [NODE.attribute]: this.#inner((stop) => {
        const tensor = this.#attribute(stop, attributes, captured, depth);
        constant ??= tensor?.fact;
        if (tensor !== undefined) this.#keep({ ...tensor, name: outputs[0] ?? op }, { ...graph, constants: new Map() });
      }),
    });
    const plain = domain === "ai.onnx" ? "" : domain;
    if (op === "Constant" && plain === "") {
      const fact = constant ?? constantOf(attributes);
      if (fact !== undefined) graph.constants.set(outputs[0], fact);
      if (fact !== undefined) return;
    }
    graph.nodes.push({ op, domain: plain, inputs: [...inputs, ...captured], outputs, attributes });
  }

  /** Puts one attribute among the others; gives its tensor, when it is one. */
  #attribute(
    end: number,
    into: Record<string, ProgramAttribute>,
    captured: string[],
    depth: number,
  ): SkimmedTensor | undefined {
    let name = "";
    let value: ProgramAttribute | undefined;
    let tensor: SkimmedTensor | undefined;
    const ints: number[] = [];
    const inner = this.#inner((stop) => captured.push(...outerNames(this.#graph(stop, depth + 1))));
    this.#message(end, {
      [ATTRIBUTE.name]: (f) => (name = readText(this.#cursor, f)),
      [ATTRIBUTE.f]: numeric((v) => (value = v)),
      [ATTRIBUTE.i]: numeric((v) => (value = v)),
      [ATTRIBUTE.s]: (f) => (value = readText(this.#cursor, f)),
      [ATTRIBUTE.t]: this.#inner((stop) => (tensor = skimTensor(this.#cursor, stop, this.#refuse))),
      [ATTRIBUTE.ints]: (f) => {
        const stop = this.#cursor.at + (f.is === "bytes" ? f.length : 0);
        if (f.is === "number") ints.push(f.value);
        while (this.#cursor.at < stop && ints.length <= MAX_INTS) ints.push(varint(this.#cursor));
        if (ints.length > MAX_INTS) this.#refuse(`the attribute "${name}" is a list longer than ${MAX_INTS}`);
      },
      [ATTRIBUTE.g]: inner,
      [ATTRIBUTE.graphs]: inner,
    });
    into[name] = tensor === undefined ? (value ?? ints) : { dataType: tensor.dataType };
    return tensor;
  }

  #noted(end: number, graph: Skimmed): ProgramInput {
    const port = this.#port(end);
    graph.noted.set(port.name, port);
    return port;
  }

  #port(end: number): ProgramInput {
    let [name, dataType] = ["", 0];
    let ranked = false;
    const dims: (number | string | undefined)[] = [];
    const dimension = this.#inner((stop) => {
      let d: number | string | undefined;
      this.#message(stop, {
        [DIMENSION.value]: numeric((v) => (d = v)),
        [DIMENSION.param]: (f) => (d = readText(this.#cursor, f) || undefined),
      });
      dims.push(d);
    });
    const tensorType = this.#inner((stop) =>
      this.#message(stop, {
        [TENSOR_TYPE.elementType]: numeric((v) => (dataType = v)),
        [TENSOR_TYPE.shape]: this.#inner((last) => {
          ranked = true;
          this.#message(last, { [SHAPE.dim]: dimension });
        }),
      }),
    );
    this.#message(end, {
      [VALUE_INFO.name]: (f) => (name = readText(this.#cursor, f)),
      [VALUE_INFO.type]: this.#inner((stop) => this.#message(stop, { [TYPE.tensor]: tensorType })),
    });
    return { name, dataType: ranked ? dataType : 0, dims };
  }

  #name(field: Field): string {
    this.#count();
    return readText(this.#cursor, field);
  }

  #count(): void {
    if (++this.#entries > MAX_ENTRIES) this.#refuse(`it has more than ${MAX_ENTRIES} entries`);
  }

  /** A handler for a message within the message. */
  #inner(read: (end: number) => void): Handler {
    return (field) => {
      this.#count();
      if (field.is === "number") return this.#refuse("a number stands where a message should");
      read(this.#cursor.at + field.length);
    };
  }

  #message(end: number, handlers: Readonly<Record<number, Handler>>): void {
    message(this.#cursor, end, handlers, this.#refuse);
  }

  readonly #refuse = (why: string): never => {
    throw new Fault("model/onnx", {
      what: "this is not a whole ONNX file",
      where: this.#source.name,
      why,
      remedy: "check that the file was copied completely and that it is an ONNX model",
    });
  };
}

const numeric =
  (set: (value: number) => void): Handler =>
  (field) => {
    if (field.is === "number") set(field.value);
  };

function constantOf({ value_int, value_ints, value_float }: Record<string, ProgramAttribute>): Fact | undefined {
  if (typeof value_int === "number") return { type: "int64", dims: [], content: [value_int] };
  if (Array.isArray(value_ints)) {
    const content = value_ints as readonly number[];
    return { type: "int64", dims: [content.length], content };
  }
  return typeof value_float === "number" ? { type: "float32", dims: [] } : undefined;
}

/** What the nodes of an inner graph read and do not make: it lives outside and must outlive them. */
function outerNames({ nodes, inputs, constants }: Skimmed): string[] {
  const own = new Set([...inputs.map((i) => i.name), ...constants.keys(), ...nodes.flatMap((n) => n.outputs)]);
  return [...new Set(nodes.flatMap((n) => n.inputs))].filter((name) => name !== "" && !own.has(name));
}
