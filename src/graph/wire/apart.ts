import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { bytesPerElement, type ElementType, sizeOf } from "../../base/tensor.ts";
import {
  ATTRIBUTE,
  dataTypes,
  DIMENSION,
  elementTypeOf,
  GRAPH,
  MODEL,
  NODE,
  SHAPE,
  STRING_PAIR,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from "./fields.ts";
import { Fields, type Place, type Reach } from "./reach.ts";

/** A model without its large weights, which stay where they are in its file. */
export interface Apart {
  /** The model as ONNX: its tables have become inputs, its other large weights are named as lying in the file. */
  readonly model: Uint8Array;
  readonly tables: readonly Table[];
}

/** A weight that is looked rows up in. */
export interface Table {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Where its bytes lie, from the beginning of the model. */
  readonly offset: number;
  readonly bytes: number;
}

/** Smaller ones are not worth a place of their own. */
export const LEAST_APART = 1 << 16;

/** Operators that only look rows up in their first input. */
export const lookups: ReadonlySet<string> = new Set(["Gather", "GatherBlockQuantized"]);

/**
 * Operators that the engine takes a constant from when the model is loaded, by the input that it stands at: it arranges the right
 * side of a product anew, and folds what widens a weight.
 */
export const takers: Readonly<Record<string, number>> = {
  MatMul: 1,
  Gemm: 1,
  MatMulNBits: 1,
  MatMulInteger: 1,
  Cast: 0,
};

/**
 * Parts a model from its large weights, without reading these. A table whose rows are looked up becomes an input; a weight that
 * the engine arranges anew while loading, as it does every matrix that it multiplies by, becomes external data in the file
 * `location`, in which the model begins at byte `start`. Every other stays in the model. The model computes what it did.
 *
 * @returns undefined for a file that is not understood, which is then for the engine to judge.
 */
export function weightsApart(reach: Reach, location: string, start: number): Apart | undefined {
  try {
    return new Parting(reach, location, start).done();
  } catch {
    // Damaged, or a file that cannot be read: whoever loads it whole will say so.
    return undefined;
  }
}

interface Weight {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly fields: readonly Place[];
  readonly raw: Place;
}

class Parting {
  readonly #fields: Fields;
  readonly #location: string;
  readonly #start: number;
  readonly #top: readonly Place[];
  readonly #graph: readonly Place[];
  readonly #lookedUp = new Set<string>();
  readonly #taken = new Set<string>();
  readonly #multiplied = new Set<string>();
  /** Read in another way too, given by the caller, or an answer: not to be touched. */
  readonly #otherwise = new Set<string>();
  #nested = false;

  constructor(reach: Reach, location: string, start: number) {
    this.#fields = new Fields(reach);
    this.#location = location;
    this.#start = start;
    this.#top = [...this.#fields.of(0, reach.size)];
    const graphs = this.#top.filter(({ field }) => field === MODEL.graph);
    if (graphs.length !== 1) throw new RangeError("the file holds no graph");
    this.#graph = [...this.#fields.of(graphs[0].at, graphs[0].end)];
    for (const place of this.#graph) {
      if (place.field === GRAPH.node) this.#readNode(place);
      else if (place.field === GRAPH.input || place.field === GRAPH.output) this.#otherwise.add(this.#name(place));
    }
  }

  done(): Apart {
    const tables: Table[] = [];
    const graph = new BinaryWriter();
    for (const place of this.#graph) {
      const weight = place.field === GRAPH.initializer ? this.#weight(place) : undefined;
      const table = weight && this.#tableOf(weight);
      if (table !== undefined) {
        tables.push(table);
        graph.tag(GRAPH.input, WireType.LengthDelimited).bytes(portOf(table));
      } else if (weight !== undefined && this.#isTaken(weight)) {
        graph.tag(GRAPH.initializer, WireType.LengthDelimited).bytes(this.#outside(weight));
      } else graph.raw(this.#fields.bytes(place.from, place.end));
    }
    const model = new BinaryWriter();
    for (const place of this.#top) {
      if (place.field !== MODEL.graph) model.raw(this.#fields.bytes(place.from, place.end));
      else model.tag(MODEL.graph, WireType.LengthDelimited).bytes(graph.finish());
    }
    return { model: model.finish(), tables };
  }

  /** What a node reads, and how. A graph inside it may read anything. */
  #readNode(place: Place): void {
    const r = new BinaryReader(this.#fields.bytes(place.at, place.end));
    const inputs: string[] = [];
    let op = "";
    while (r.pos < r.len) {
      const [field, wire] = r.tag();
      if (field === NODE.input) inputs.push(r.string());
      else if (field === NODE.opType) op = r.string();
      else if (field === NODE.attribute) this.#nested ||= holdsGraph(r.bytes());
      else r.skip(wire, field);
    }
    const taker = Object.hasOwn(takers, op) ? takers[op] : undefined;
    inputs.forEach((name, i) => {
      if (lookups.has(op) && i === 0) this.#lookedUp.add(name);
      else if (taker === i) (op === "MatMul" || op === "Gemm" ? this.#multiplied : this.#taken).add(name);
      else this.#otherwise.add(name);
    });
  }

  #name({ at, end }: Place): string {
    const r = new BinaryReader(this.#fields.bytes(at, end));
    while (r.pos < r.len) {
      const [field, wire] = r.tag();
      if (field === VALUE_INFO.name) return r.string();
      r.skip(wire, field);
    }
    return "";
  }

  /** A large weight whose bytes lie in the file as they are in memory. */
  #weight({ at, end }: Place): Weight | undefined {
    if (end - at < LEAST_APART) return undefined;
    const fields = [...this.#fields.of(at, end)];
    const raw = fields.find(({ field }) => field === TENSOR.rawData);
    const dims: number[] = [];
    let [name, dataType] = ["", 0];
    for (const { field, wire, at: from, end: to } of fields) {
      if (field === TENSOR.dims && wire === 0) dims.push(this.#fields.varint(from).value);
      else if (field === TENSOR.dims) dims.push(...numbers(this.#fields.bytes(from, to)));
      else if (field === TENSOR.dataType) dataType = this.#fields.varint(from).value;
      else if (field === TENSOR.name) name = new TextDecoder().decode(this.#fields.bytes(from, to));
      else if (field !== TENSOR.rawData) return undefined;
    }
    const type = elementTypeOf(dataType);
    if (raw === undefined || type === undefined || raw.end - raw.at < LEAST_APART) return undefined;
    return sizeOf(dims) * bytesPerElement[type] === raw.end - raw.at ? { name, type, dims, fields, raw } : undefined;
  }

  #tableOf({ name, type, dims, raw }: Weight): Table | undefined {
    const read = [this.#taken, this.#multiplied, this.#otherwise].some((names) => names.has(name));
    if (read || !this.#lookedUp.has(name) || this.#nested) return undefined;
    return { name, type, dims, offset: raw.at, bytes: raw.end - raw.at };
  }

  /** Of products the engine arranges matrices alone; what it does not, it would look at in the file from run to run. */
  #isTaken({ name, dims }: Weight): boolean {
    if (this.#otherwise.has(name) || this.#lookedUp.has(name) || this.#nested) return false;
    return this.#multiplied.has(name) ? dims.length === 2 : this.#taken.has(name);
  }

  #outside({ fields, raw }: Weight): Uint8Array {
    const w = new BinaryWriter();
    for (const { field, from, end } of fields) if (field !== TENSOR.rawData) w.raw(this.#fields.bytes(from, end));
    const said = { location: this.#location, offset: this.#start + raw.at, length: raw.end - raw.at };
    for (const [key, value] of Object.entries(said)) {
      message(w, TENSOR.externalData, (pair) => {
        pair.tag(STRING_PAIR.key, WireType.LengthDelimited).string(key);
        pair.tag(STRING_PAIR.value, WireType.LengthDelimited).string(String(value));
      });
    }
    return w.tag(TENSOR.dataLocation, WireType.Varint).int32(1).finish();
  }
}

function message(w: BinaryWriter, field: number, content: (w: BinaryWriter) => void): void {
  w.tag(field, WireType.LengthDelimited).fork();
  content(w);
  w.join();
}

/** A ValueInfoProto. */
function portOf({ name, type, dims }: Table): Uint8Array {
  const w = new BinaryWriter();
  w.tag(VALUE_INFO.name, WireType.LengthDelimited).string(name);
  message(w, VALUE_INFO.type, () =>
    message(w, TYPE.tensor, () => {
      w.tag(TENSOR_TYPE.elementType, WireType.Varint).int32(dataTypes[type]);
      message(w, TENSOR_TYPE.shape, () => {
        for (const d of dims) message(w, SHAPE.dim, () => w.tag(DIMENSION.value, WireType.Varint).int64(d));
      });
    }),
  );
  return w.finish();
}

function holdsGraph(attribute: Uint8Array): boolean {
  const r = new BinaryReader(attribute);
  while (r.pos < r.len) {
    const [field, wire] = r.tag();
    if (field === ATTRIBUTE.g || field === ATTRIBUTE.graphs) return true;
    r.skip(wire, field);
  }
  return false;
}

/** A packed list. */
function numbers(bytes: Uint8Array): number[] {
  const r = new BinaryReader(bytes);
  const found: number[] = [];
  while (r.pos < r.len) found.push(Number(r.int64()));
  return found;
}
