import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { bytesOf, type Tensor } from "../../src/base/tensor.ts";
import { dataTypes } from "../../src/graph/wire/fields.ts";

/** A model of any operator set, with the attributes that its nodes had then: what our own writer does not write. */
export interface MadeNode {
  readonly op: string;
  readonly name?: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs?: readonly string[];
  /** Whole numbers travel as ints; floats are told apart by `float`. */
  readonly attributes?: Readonly<
    Record<string, number | string | readonly number[] | { readonly float: number | readonly number[] }>
  >;
}

export interface MadeModel {
  readonly opset: number;
  readonly nodes: readonly MadeNode[];
  /** Float inputs with their dims. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly constants?: Readonly<Record<string, Tensor>>;
  readonly outputs?: readonly string[];
}

/** The last node's outputs are those of the model when none are told. A node's output is `y` when not told. */
export function madeModel({ opset, nodes, inputs, constants = {}, outputs }: MadeModel): Uint8Array {
  const w = new BinaryWriter();
  w.tag(1, WireType.Varint).int64(opset < 13 ? 6 : 8);
  const domains = new Set(["", ...nodes.map((n) => n.domain ?? "")]);
  for (const domain of domains) {
    message(w, 8, () => {
      w.tag(1, WireType.LengthDelimited).string(domain);
      w.tag(2, WireType.Varint).int64(domain === "" ? opset : 1);
    });
  }
  message(w, 7, () => {
    for (const node of nodes) message(w, 1, () => writeNode(w, node));
    w.tag(2, WireType.LengthDelimited).string("old");
    for (const [name, t] of Object.entries(constants)) message(w, 5, () => writeTensor(w, name, t));
    for (const [name, dims] of Object.entries(inputs)) message(w, 11, () => writePort(w, name, dims));
    for (const name of outputs ?? nodes[nodes.length - 1].outputs ?? ["y"]) message(w, 12, () => writePort(w, name));
  });
  return w.finish();
}

function message(w: BinaryWriter, field: number, body: () => void): void {
  w.tag(field, WireType.LengthDelimited).fork();
  body();
  w.join();
}

function writeNode(w: BinaryWriter, node: MadeNode): void {
  for (const name of node.inputs) w.tag(1, WireType.LengthDelimited).string(name);
  for (const name of node.outputs ?? ["y"]) w.tag(2, WireType.LengthDelimited).string(name);
  w.tag(3, WireType.LengthDelimited).string(node.name ?? "");
  w.tag(4, WireType.LengthDelimited).string(node.op);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    message(w, 5, () => {
      w.tag(1, WireType.LengthDelimited).string(name);
      const kind = writeValue(w, value);
      w.tag(20, WireType.Varint).int32(kind);
    });
  }
  w.tag(7, WireType.LengthDelimited).string(node.domain ?? "");
}

/** Writes the value of an attribute; returns its AttributeProto.AttributeType. */
function writeValue(w: BinaryWriter, value: NonNullable<MadeNode["attributes"]>[string]): number {
  if (typeof value === "number") {
    w.tag(3, WireType.Varint).int64(value);
    return 2;
  }
  if (typeof value === "string") {
    w.tag(4, WireType.LengthDelimited).string(value);
    return 3;
  }
  if (!("float" in value)) {
    for (const v of value) w.tag(8, WireType.Varint).int64(v);
    return 7;
  }
  if (typeof value.float === "number") {
    w.tag(2, WireType.Bit32).float(value.float);
    return 1;
  }
  for (const v of value.float) w.tag(7, WireType.Bit32).float(v);
  return 6;
}

function writeTensor(w: BinaryWriter, name: string, t: Tensor): void {
  for (const d of t.dims) w.tag(1, WireType.Varint).int64(d);
  w.tag(2, WireType.Varint).int32(dataTypes[t.type]);
  w.tag(8, WireType.LengthDelimited).string(name);
  w.tag(9, WireType.LengthDelimited).bytes(bytesOf(t.data));
}

/** Without dims the rank is not told, as engines allow of outputs. */
function writePort(w: BinaryWriter, name: string, dims?: readonly (number | string)[]): void {
  w.tag(1, WireType.LengthDelimited).string(name);
  if (dims === undefined) return;
  message(w, 2, () =>
    message(w, 1, () => {
      w.tag(1, WireType.Varint).int32(1);
      message(w, 2, () => {
        for (const d of dims) {
          message(w, 1, () => {
            if (typeof d === "number") w.tag(1, WireType.Varint).int64(d);
            else w.tag(2, WireType.LengthDelimited).string(d);
          });
        }
      });
    }),
  );
}
