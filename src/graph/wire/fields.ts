import type { ElementType } from "../../base/tensor.ts";
import type { AttributeKind } from "../op/row.ts";

/** Field numbers of the messages in the public ONNX specification (onnx.proto, IR version 10). */
export const MODEL = { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8, functions: 25 } as const;
export const OPSET_ID = { domain: 1, version: 2 } as const;
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, sparseInitializer: 15 } as const;
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
export const ATTRIBUTE = {
  name: 1,
  f: 2,
  i: 3,
  s: 4,
  t: 5,
  g: 6,
  floats: 7,
  ints: 8,
  strings: 9,
  graphs: 11,
  type: 20,
} as const;
export const VALUE_INFO = { name: 1, type: 2 } as const;
export const TYPE = { tensor: 1 } as const;
export const TENSOR_TYPE = { elementType: 1, shape: 2 } as const;
export const SHAPE = { dim: 1 } as const;
export const DIMENSION = { value: 1, param: 2 } as const;
export const TENSOR = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  int32Data: 5,
  int64Data: 7,
  name: 8,
  rawData: 9,
  doubleData: 10,
  externalData: 13,
  dataLocation: 14,
} as const;

export const STRING_PAIR = { key: 1, value: 2 } as const;

/** TensorProto.DataType of the element types that we speak. */
export const dataTypes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

export function elementTypeOf(dataType: number): ElementType | undefined {
  return (Object.keys(dataTypes) as ElementType[]).find((t) => dataTypes[t] === dataType);
}

/** AttributeProto.AttributeType of each kind of attribute; a type travels as its number. */
export const attributeTypes: Readonly<Record<AttributeKind, number>> = {
  float: 1,
  int: 2,
  type: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  ints: 7,
};
